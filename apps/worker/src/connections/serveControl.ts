// What the `rollcall connections` commands ask, answered over a socket that only this user can open: how connections are, and what is asked
// of one.
import { holdLock } from "@rollcall/change-store"
import type { ConnectionRequest, ConsoleAnswer, ControlAnswer } from "@rollcall/host/connections"
import { connectionRequests, consolePaths, controlSocket } from "@rollcall/host/connections"
import type { StoreError } from "@rollcall/connector"
import type { Cause } from "effect"
import { Effect, Exit, Schedule } from "effect"
import { chmodSync, mkdirSync, rmSync } from "node:fs"
import type { IncomingMessage, Server } from "node:http"

/** Does what is asked of a connection, and gives why not where it refuses. `body` is what the request says besides. */
export type Obey = (name: string, request: ConnectionRequest, body: string) => Effect.Effect<ControlAnswer>

/** What is answered over the socket. */
export interface Control {
  /** How all connections are. */
  readonly shown: Effect.Effect<ControlAnswer>
  readonly obey: Obey
  /** A way in to the console, where this worker serves one. */
  readonly linkToConsole?:
    | ((way: keyof typeof consolePaths) => Effect.Effect<Extract<ConsoleAnswer, { readonly url: string }>>)
    | undefined
}

/** More than the settings of any connection take, in bytes. */
const longestBody = 1_048_576

/** Longest path of a socket in bytes, of Linux and macOS; Node cuts a longer one off. */
const longestSocketPath = 103

/** How often a worker looks whether the one that serves the socket is gone. */
const lookAgain = "5 seconds"

/**
 * Serves the socket in this folder for as long as the scope lives. Where another worker does, the log says so, and this one goes on with it
 * once that one is gone, however it went. Connections run all the same, also where no socket can be made.
 */
export const serveControl = Effect.fnUntraced(function* (
  folder: string,
  { shown, obey, linkToConsole }: Control,
  isShared = false,
) {
  const path = controlSocket(folder)
  const run = Effect.runForkWith(yield* Effect.context())
  const { createServer } = process.getBuiltinModule("node:http")
  const server = createServer((message, response) => {
    const answer = Effect.suspend((): Effect.Effect<ControlAnswer | ConsoleAnswer> => {
      const { method, url = "" } = message
      const way = (["link", "file"] as const).find((one) => url === consolePaths[one])
      if (way !== undefined && method === "POST") return linkToConsole?.(way) ?? Effect.succeed(noConsole)
      const [, name = "", request = ""] = url.split("/").map(decodeURIComponent)
      const known = connectionRequests.find((one) => one === request)
      if (method !== "POST" || known === undefined) return shown
      return Effect.flatMap(bodyOf(message), (body) => obey(name, known, body))
    })
    run(answer).addObserver((exit) =>
      Exit.isSuccess(exit)
        ? response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(exit.value))
        : response.writeHead(500).end(),
    )
  })
  const serve = makeFolder(folder, path).pipe(
    Effect.andThen(holdLock(`${path}.lock`)),
    Effect.andThen(
      Effect.acquireRelease(listen(server, path), () => Effect.sync(() => server.close().closeAllConnections())),
    ),
    Effect.asVoid,
  )
  const tell = (error: Effect.Error<typeof serve>) =>
    Effect.logWarning(
      `${unreached}no socket can be made as ${path}. Set BATON_C1Z_TEMP_DIR to a folder of this user with a shorter path.`,
      error.cause,
    )
  yield* serve.pipe(
    Effect.catchIf(isTaken, () =>
      Effect.andThen(
        isShared
          ? Effect.logInfo(
              "The commands of `rollcall connections` reach another worker on this machine, which answers for all.",
            )
          : Effect.logWarning(`${unreached}${anotherServes}`),
        serve.pipe(
          Effect.delay(lookAgain),
          Effect.retry({ while: isTaken, schedule: Schedule.forever }),
          Effect.andThen(Effect.logInfo("The commands of `rollcall connections` reach this worker from now on.")),
          Effect.catch(tell),
          Effect.forkScoped,
        ),
      ),
    ),
    Effect.catch(tell),
  )
})

const isTaken = (error: StoreError | Cause.UnknownError): boolean =>
  error._tag === "StoreError" && error.reason === "Busy"

const unreached = "The commands of `rollcall connections` cannot reach this worker: "

const noConsole: ConsoleAnswer = {
  refused: {
    message: "The worker that serves these connections has no console.",
    hint: "Start it with BATON_CONSOLE_PORT set to a port, or to 0 for a free one.",
  },
}

const bodyOf = (message: IncomingMessage) =>
  Effect.promise(async () => {
    let body = ""
    message.setEncoding("utf8")
    for await (const part of message) {
      body += String(part)
      if (body.length > longestBody) throw new Error("The request is too long.")
    }
    return body
  })

const anotherServes =
  "another worker on this machine serves the same connections, and they reach that one. Stop one of the two, as both sync to the same files."

const makeFolder = (folder: string, path: string) =>
  Effect.try(() => {
    if (Buffer.byteLength(path) > longestSocketPath) throw new Error("The path is too long for a socket.")
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  })

/** Whoever holds the lock may remove what stands there: a worker that was killed has left it. */
const listen = (server: Server, path: string) =>
  Effect.tryPromise(
    () =>
      new Promise<void>((done, failed) => {
        rmSync(path, { force: true })
        server.once("error", failed).listen(path, () => {
          chmodSync(path, 0o600)
          done()
        })
      }),
  )
