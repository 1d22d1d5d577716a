// How the command asks a worker that serves several connections: over a socket in the worker's folder, which is of this user alone. The
// worker answers each request with how its connections are.
import type { StoredConnection } from "@rollcall/connection-store"
import type { Failure, FailureKind } from "@rollcall/connector"
import { systemCodeOf } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import { createHash } from "node:crypto"
import type { RequestOptions } from "node:http"
import { request } from "node:http"
import { dirname, join, resolve } from "node:path"
import { storeFileOf } from "../syncSettings.ts"

/** How a connection is, in words that are shown. */
export const ConnectionState = Schema.Literals(["Setting up", "Syncing", "Connected", "Degraded", "Failed", "Paused"])
export type ConnectionState = typeof ConnectionState.Type

/** A sync that ended. */
const RecentSync = Schema.Struct({
  begun: Schema.Number,
  ended: Schema.Number,
  outcome: Schema.Literals(["success", "error", "cancelled"]),
  records: Schema.Number,
  why: Schema.optional(Schema.String),
})
export type RecentSync = typeof RecentSync.Type

/** A task of ConductorOne, which has ended or is being done. */
const RecentTask = Schema.Struct({
  id: Schema.String,
  kind: Schema.String,
  received: Schema.Number,
  ended: Schema.optional(Schema.Number),
  outcome: Schema.optional(Schema.Literals(["success", "error"])),
  why: Schema.optional(Schema.String),
})
export type RecentTask = typeof RecentTask.Type

/** A connection as a worker shows it. Times are in milliseconds since the epoch. */
export const ShownConnection = Schema.Struct({
  name: Schema.String,
  labels: Schema.Record(Schema.String, Schema.String),
  state: ConnectionState,
  /** Why it has failed and what to do, what is missing where it is degraded, or what it waits for. */
  because: Schema.optional(Schema.String),
  lastSync: Schema.optional(Schema.Number),
  nextSync: Schema.optional(Schema.Number),
  /** It was added by command, and stands in no file. */
  isAdded: Schema.optional(Schema.Boolean),
  /** How far the sync is that runs, in words. */
  progress: Schema.optional(Schema.String),
  /** The worker that serves it, where several share the connections. */
  servedBy: Schema.optional(Schema.String),
  /** The id of the workspace, once the system has said it. */
  workspace: Schema.optional(Schema.String),
  /** What the last sync could not see. */
  gaps: Schema.optional(Schema.Array(Schema.String)),
  /** The last syncs and tasks since the worker began to serve it, the newest first. */
  syncs: Schema.optional(Schema.Array(RecentSync)),
  tasks: Schema.optional(Schema.Array(RecentTask)),
})
export type ShownConnection = typeof ShownConnection.Type

/** What may be asked of one connection. */
export const connectionRequests = ["pause", "resume", "sync-now", "add", "remove"] as const
export type ConnectionRequest = (typeof connectionRequests)[number]

/** The answer to every request: all connections, or why it was refused and what to do. */
const Answer = Schema.Union([
  Schema.Struct({ connections: Schema.Array(ShownConnection) }),
  Schema.Struct({ refused: Schema.Struct({ message: Schema.String, hint: Schema.String }) }),
])
export type ControlAnswer = typeof Answer.Type

/** The paths at which the worker is asked for a way in to its console, by what leads there. No connection has such a name. */
export const consolePaths = { link: "/console/link", file: "/console/file" } as const

/** A way in to the console: an address, and where a file that led there goes on to; otherwise why there is none. */
const ConsoleAnswer = Schema.Union([
  Schema.Struct({ url: Schema.String, next: Schema.optional(Schema.String) }),
  Schema.Struct({ refused: Schema.Struct({ message: Schema.String, hint: Schema.String }) }),
])
export type ConsoleAnswer = typeof ConsoleAnswer.Type

/** A worker was not asked, or refused. */
export class ControlError
  extends Schema.TaggedError<ControlError>()("ControlError", {
    reason: Schema.Literals(["NoWorker", "NoAnswer", "NoConsole", "Refused", "BadAnswer"]),
    message: Schema.String,
    hint: Schema.String,
    cause: Schema.optional(Schema.Defect()),
  })
  implements Failure
{
  get kind(): FailureKind {
    if (this.reason === "NoAnswer") return "busy"
    return this.reason === "Refused" ? "usage" : "unavailable"
  }
}

/** What is refused, and what to do. */
export const refusal = (message: string, hint: string) => new ControlError({ reason: "Refused", message, hint })

/**
 * The folder in which a worker keeps what it must know of its connections: the one that is set, or one in this user's folder for state, by
 * the path of the file of connections.
 */
export const connectionsFolder = (connections: string, tempDirectory: string | undefined): string => {
  const name = `connections-${createHash("sha256").update(resolve(connections)).digest("hex").slice(0, 12)}`
  return join(tempDirectory ?? dirname(storeFileOf(undefined)), name)
}

/** The socket in that folder. */
export const controlSocket = (folder: string): string => join(folder, "worker.sock")

/** Asks the worker of the folder for its connections, after it has done what is asked of one of them. */
export const askWorker = Effect.fn("Connections.ask")(function* (
  folder: string,
  asked?: { readonly name: string; readonly request: ConnectionRequest; readonly added?: StoredConnection },
): Effect.fn.Return<ReadonlyArray<ShownConnection>, ControlError> {
  const path = asked === undefined ? "/" : `/${encodeURIComponent(asked.name)}/${asked.request}`
  const body = asked?.added === undefined ? "" : JSON.stringify(asked.added)
  const method = asked === undefined ? "GET" : "POST"
  const what = asked && `${asked.request} for ${asked.name}`
  const answer = yield* exchangeJson(folder, { method, path }, body, Answer, what)
  if ("refused" in answer) return yield* new ControlError({ reason: "Refused", ...answer.refused })
  return answer.connections
})

/** Asks the worker of the folder for a way in to its console. */
export const askForConsole = Effect.fn("Console.ask")(function* (folder: string, way: keyof typeof consolePaths) {
  const answer = yield* exchangeJson(folder, { method: "POST", path: consolePaths[way] }, "", ConsoleAnswer)
  if ("refused" in answer) return yield* new ControlError({ reason: "NoConsole", ...answer.refused })
  return answer
})

/** `what` is what the worker is to do, where it is to do something. */
const exchangeJson = <S extends Schema.ConstraintDecoder<unknown>>(
  folder: string,
  options: RequestOptions,
  body: string,
  schema: S,
  what?: string,
): Effect.Effect<S["Type"], ControlError> =>
  Effect.tryPromise({
    try: (signal) => exchange({ ...options, socketPath: controlSocket(folder), signal }, body),
    catch: (cause) =>
      new ControlError({
        reason: "NoWorker",
        message: ["ENOENT", "ECONNREFUSED"].includes(systemCodeOf(cause) ?? "")
          ? "No worker serves these connections on this machine."
          : "The worker cannot be asked.",
        hint: "Start rollcall-worker with the same BATON_CONNECTIONS and BATON_C1Z_TEMP_DIR, as the same user.",
        cause,
      }),
  }).pipe(
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(noAnswer(what)) }),
    Effect.flatMap((text) =>
      Effect.mapError(
        Schema.decodeUnknownEffect(Schema.fromJsonString(schema))(text),
        (cause) =>
          new ControlError({
            reason: "BadAnswer",
            message: "The worker gave an answer that this command does not know.",
            hint: "Use a command and a worker of the same version.",
            cause,
          }),
      ),
    ),
  )

/** A worker that reads a large page answers a second late; one that has not by then may never. */
const patience = "15 seconds"

const noAnswer = (what: string | undefined) =>
  new ControlError({
    reason: "NoAnswer",
    message:
      what === undefined
        ? `The worker has not answered for ${patience}.`
        : `The worker has not answered for ${patience}, so it is not known whether it did ${what}.`,
    hint: "Run the same again. If it stays so, look at the worker's log, and start it again.",
  })

const exchange = (options: RequestOptions, body: string): Promise<string> =>
  new Promise((done, failed) => {
    request({ ...options, agent: false }, (response) => {
      let text = ""
      response
        .setEncoding("utf8")
        .on("data", (part: string) => (text += part))
        .on("end", () => done(text))
        .on("error", failed)
    })
      .on("error", failed)
      .end(body)
  })
