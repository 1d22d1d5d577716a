// What the `rollcall connections` commands ask, answered over a socket that only this user can open: how connections are, and pausing,
// resuming and syncing one. Which are paused is kept in the folder of the socket, so that a restart resumes none.
import { writeText } from "@rollcall/access/output"
import { sentenceOf } from "@rollcall/connector"
import type { ConnectionRequest, ControlAnswer } from "@rollcall/host/connections"
import { connectionRequests, controlSocket } from "@rollcall/host/connections"
import { readTextFile } from "@rollcall/host/text-file"
import { Effect, Exit, Schema, Stream } from "effect"
import { chmodSync, mkdirSync, rmSync } from "node:fs"
import type { Server } from "node:http"
import { createConnection } from "node:net"
import { join } from "node:path"

/** Does what is asked of a connection, and gives why not where it refuses. */
export type Obey = (name: string, request: ConnectionRequest) => Effect.Effect<ControlAnswer>

/** Longest path of a socket in bytes, of Linux and macOS; Node cuts a longer one off. */
const longestSocketPath = 103

/** Serves the socket in this folder for as long as the scope lives. Where it cannot, the log says so, and connections run all the same. */
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
  yield* Effect.acquireRelease(
    Effect.andThen(
      Effect.tryPromise(() => freeSocket(folder, path)),
      listen(server, path),
    ),
    () => Effect.sync(() => server.close().closeAllConnections()),
  ).pipe(
    Effect.catch(({ cause }) =>
      Effect.logWarning(
        `The commands of \`rollcall connections\` cannot reach this worker: no socket can be made as ${path}. Set BATON_C1Z_TEMP_DIR to a folder of this user with a shorter path.`,
        cause,
      ),
    ),
  )
})

/** What a worker left that was killed is removed; one that is still alive keeps its socket. */
const freeSocket = async (folder: string, path: string): Promise<void> => {
  if (Buffer.byteLength(path) > longestSocketPath) throw new Error("The path is too long for a socket.")
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const isAlive = await new Promise<boolean>((done) => {
    const probe = createConnection(path, () => {
      probe.destroy()
      done(true)
    }).on("error", () => done(false))
  })
  if (isAlive) throw new Error("Another worker serves these connections.")
  rmSync(path, { force: true })
}

const listen = (server: Server, path: string) =>
  Effect.tryPromise(
    () =>
      new Promise<void>((done, failed) => {
        server.once("error", failed).listen(path, () => {
          chmodSync(path, 0o600)
          done()
        })
      }),
  )

const Paused = Schema.fromJsonString(Schema.Array(Schema.String))

/** The names of the connections that are paused, kept in this folder. */
export const keepPaused = Effect.fnUntraced(function* (folder: string) {
  const path = join(folder, "paused.json")
  const paused = new Set(
    yield* readTextFile(path, "a list of paused connections").pipe(
      Effect.flatMap(Schema.decodeUnknownEffect(Paused)),
      Effect.catch((error) =>
        error._tag === "StoreError" && error.reason === "NotFound"
          ? Effect.succeed([])
          : Effect.as(Effect.logWarning(`It is not known which connections were paused: ${path} is not usable.`), []),
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
