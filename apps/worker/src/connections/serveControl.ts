// What the `rollcall connections` commands ask, answered over a socket that only this user can open: how connections are, and pausing,
// resuming and syncing one. Which are paused is kept in the folder of the socket, so that a restart resumes none.
import { writeText } from "@rollcall/access/output"
import { holdLock } from "@rollcall/change-store"
import { sentenceOf } from "@rollcall/connector"
import type { ConnectionRequest, ControlAnswer } from "@rollcall/host/connections"
import { connectionRequests, controlSocket } from "@rollcall/host/connections"
import { readTextFile } from "@rollcall/host/text-file"
import { Effect, Exit, Schema, Stream } from "effect"
import { chmodSync, mkdirSync, rmSync } from "node:fs"
import type { Server } from "node:http"
import { join } from "node:path"

/** Does what is asked of a connection, and gives why not where it refuses. */
export type Obey = (name: string, request: ConnectionRequest) => Effect.Effect<ControlAnswer>

/** Longest path of a socket in bytes, of Linux and macOS; Node cuts a longer one off. */
const longestSocketPath = 103

/**
 * Serves the socket in this folder for as long as the scope lives. Where it cannot, as another worker does, the log says so, and connections
 * run all the same.
 */
export const serveControl = Effect.fnUntraced(function* (
  folder: string,
  shown: Effect.Effect<ControlAnswer>,
  obey: Obey,
) {
  const path = controlSocket(folder)
  const run = Effect.runForkWith(yield* Effect.context())
  const { createServer } = process.getBuiltinModule("node:http")
  const server = createServer(({ method, url = "" }, response) => {
    const answer = Effect.suspend(() => {
      const [, name = "", request = ""] = url.split("/").map(decodeURIComponent)
      const known = connectionRequests.find((one) => one === request)
      return method === "POST" && known !== undefined ? obey(name, known) : shown
    })
    run(answer).addObserver((exit) =>
      Exit.isSuccess(exit)
        ? response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(exit.value))
        : response.writeHead(500).end(),
    )
  })
  yield* makeFolder(folder, path).pipe(
    Effect.andThen(holdLock(`${path}.lock`)),
    Effect.andThen(
      Effect.acquireRelease(listen(server, path), () => Effect.sync(() => server.close().closeAllConnections())),
    ),
    Effect.catch((error) => {
      const isTaken = error._tag === "StoreError" && error.reason === "Busy"
      return Effect.logWarning(
        `The commands of \`rollcall connections\` cannot reach this worker: ${isTaken ? anotherServes : `no socket can be made as ${path}. Set BATON_C1Z_TEMP_DIR to a folder of this user with a shorter path.`}`,
        ...(isTaken ? [] : [error.cause]),
      )
    }),
  )
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

const Paused = Schema.fromJsonString(Schema.Array(Schema.String))

/**
 * The names of the connections that are paused, kept in this folder. Where that cannot be read all of these are: a connection that was
 * paused for a reason must not begin by itself.
 */
export const keepPaused = Effect.fnUntraced(function* (folder: string, names: ReadonlyArray<string>) {
  const path = join(folder, "paused.json")
  const paused = new Set(
    yield* readTextFile(path, "a list of paused connections").pipe(
      Effect.flatMap(Schema.decodeUnknownEffect(Paused)),
      Effect.catch((error) =>
        error._tag === "StoreError" && error.reason === "NotFound"
          ? Effect.succeed([])
          : Effect.as(
              Effect.logError(
                `All connections are paused, as it is not known which ones were: ${path} cannot be read, or is damaged. Resume each with \`rollcall connections resume NAME\`.`,
              ),
              names,
            ),
      ),
    ),
  )
  return {
    has: (name: string) => paused.has(name),
    set: (name: string, isPaused: boolean) =>
      Effect.suspend(() => {
        if (isPaused) paused.add(name)
        else paused.delete(name)
        return writeText(path, { force: true, sources: [] }, Stream.make(`${JSON.stringify([...paused])}\n`))
      }).pipe(
        Effect.catch((error) =>
          Effect.logWarning(`After a restart it will not be known what was paused. ${sentenceOf(error)}`),
        ),
      ),
  }
})
