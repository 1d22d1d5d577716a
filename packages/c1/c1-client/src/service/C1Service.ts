// C1's service for connectors that their owners host, as Effect calls. Each goes out with the token of the moment and says
// what its failure means; when to call, and how often, is the loop's business.
import type { MessageInitShape } from "@bufbuild/protobuf"
import { create } from "@bufbuild/protobuf"
import { durationMs } from "@bufbuild/protobuf/wkt"
import type { CallOptions } from "@connectrpc/connect"
import { observeCall } from "@rollcall/api-client"
import type { BatonServiceHelloRequestSchema, Task } from "@rollcall/c1-protocol/messages"
import { BatonServiceFinishTaskRequestSchema } from "@rollcall/c1-protocol/messages"
import { Context, Effect, Layer, Redacted } from "effect"
import type { C1Error } from "../C1Error.ts"
import { C1Credentials } from "../credentials/C1Credentials.ts"
import { grpcFailure, openChannel } from "./channel.ts"
import { uploadAsset } from "./uploadAsset.ts"

/** What a connector says of itself; who it is, is filled in. */
export type HelloMessage = Omit<MessageInitShape<typeof BatonServiceHelloRequestSchema>, "hostId" | "$typeName">

/** How a task ended; whose it is, is filled in. */
export type FinishMessage = Omit<
  MessageInitShape<typeof BatonServiceFinishTaskRequestSchema>,
  "hostId" | "taskId" | "$typeName"
>

/** Tasks that C1 gave, and when it wants to be asked again: milliseconds, absent where it does not say. */
export interface TaskBatch {
  readonly tasks: ReadonlyArray<Task>
  readonly nextPollMillis?: number | undefined
}

/** What C1 answers to a sign of life. */
export interface HeartbeatAnswer {
  readonly cancelled: boolean
  /** Milliseconds until the next one; absent where C1 does not say. */
  readonly nextMillis?: number | undefined
}

/** How this client calls. */
export interface C1ServiceOptions {
  /** What C1 knows this process by, 1 to 256 characters (`BATON_HOST_ID`); it stays the same when a pod is renamed. */
  readonly hostId: string
  /** Milliseconds for which an upload may stall before it is started again; default five minutes. */
  readonly uploadStallMillis?: number
}

// Real time, that of the connection. GetTask leaves room for a server that answers once there is a task.
const timeouts = { hello: 60_000, getTask: 360_000, heartbeat: 30_000, finishTask: 30_000 }

/** The methods of C1's service, by their names in gRPC; calls are reported to `CallOutcomes` under them. */
export const c1Methods = ["Hello", "GetTask", "GetTasks", "Heartbeat", "FinishTask", "UploadAsset"] as const

/**
 * Is run before each call, also before each attempt of an upload, and again where that had to wait for the connection: where it fails, nothing
 * is sent, and the call fails the same way.
 */
export const C1Fence = Context.Reference<Effect.Effect<void, C1Error>>("@rollcall/c1-client/C1Fence", {
  defaultValue: () => Effect.void,
})

/** C1's service. */
export class C1Service extends Context.Service<
  C1Service,
  {
    readonly hello: (message: HelloMessage) => Effect.Effect<void, C1Error>
    readonly getTask: Effect.Effect<TaskBatch, C1Error>
    /** Asks for several tasks at once; `pageSize` is 1 to 100, and `known` are the ids of tasks that are not ended yet. */
    readonly getTasks: (request: {
      readonly pageSize: number
      readonly known: ReadonlyArray<string>
    }) => Effect.Effect<TaskBatch, C1Error>
    readonly heartbeat: (taskId: string) => Effect.Effect<HeartbeatAnswer, C1Error>
    readonly finishTask: (taskId: string, message: FinishMessage) => Effect.Effect<void, C1Error>
    /** Uploads a file, in up to three attempts; gives its size in bytes. `UploadEvents` is told how far it has come. */
    readonly uploadAsset: (taskId: string, path: string) => Effect.Effect<number, C1Error>
  }
>()("@rollcall/c1-client/C1Service") {
  static readonly layer = (options: C1ServiceOptions): Layer.Layer<C1Service, never, C1Credentials> =>
    Layer.effect(C1Service, makeService(options))
}

const makeService = Effect.fnUntraced(function* ({ hostId, uploadStallMillis = 300_000 }: C1ServiceOptions) {
  const credentials = yield* C1Credentials
  const { url, userAgent } = credentials
  const fence = yield* C1Fence
  const client = yield* openChannel(url, fence)

  /** One attempt at a call with the token of the moment. */
  const attempt = <A>(
    method: (typeof c1Methods)[number],
    timeoutMs: number | undefined,
    send: (options: CallOptions) => Promise<A>,
  ) =>
    Effect.flatMap(Effect.tap(credentials.authorization, fence), (authorization) =>
      Effect.tryPromise({
        try: (signal) =>
          send({
            signal,
            headers: { authorization: Redacted.value(authorization), "user-agent": userAgent },
            ...(timeoutMs === undefined ? {} : { timeoutMs }),
          }),
        catch: (cause) => grpcFailure(method, url.host, cause),
      }).pipe(
        Effect.tapError((error) =>
          error.reason === "CredentialRejected" ? credentials.forget(authorization) : Effect.void,
        ),
      ),
    ).pipe(observeCall({ system: "c1", method }))

  /** A token that C1 takes no more, though it has not expired, is replaced once. */
  const call: typeof attempt = (method, timeoutMs, send) =>
    attempt(method, timeoutMs, send).pipe(
      Effect.catchIf(
        (error) => error.reason === "CredentialRejected" && error.code !== undefined,
        () => attempt(method, timeoutMs, send),
      ),
    )

  return C1Service.of({
    hello: (message) =>
      Effect.asVoid(call("Hello", timeouts.hello, (options) => client.hello({ ...message, hostId }, options))),
    getTask: call("GetTask", timeouts.getTask, (options) => client.getTask({ hostId }, options)).pipe(
      Effect.map(({ task, nextPoll }) => ({
        tasks: task === undefined ? [] : [task],
        nextPollMillis: nextPoll && durationMs(nextPoll),
      })),
    ),
    getTasks: ({ pageSize, known }) =>
      call("GetTasks", timeouts.getTask, (options) =>
        client.getTasks({ hostId, pageSize, knownTaskIds: [...known] }, options),
      ).pipe(
        Effect.map(({ tasks, nextPoll }) => ({
          tasks,
          nextPollMillis: nextPoll && durationMs(nextPoll),
        })),
      ),
    heartbeat: (taskId) =>
      call("Heartbeat", timeouts.heartbeat, (options) => client.heartbeat({ hostId, taskId }, options)).pipe(
        Effect.map(({ cancelled, nextHeartbeat }) => ({
          cancelled,
          nextMillis: nextHeartbeat && durationMs(nextHeartbeat),
        })),
      ),
    finishTask: (taskId, message) =>
      Effect.asVoid(
        call("FinishTask", timeouts.finishTask, (options) =>
          client.finishTask(create(BatonServiceFinishTaskRequestSchema, { ...message, hostId, taskId }), options),
        ),
      ),
    uploadAsset: (taskId, path) =>
      uploadAsset({ hostId, taskId }, path, uploadStallMillis, (messages, stalled) =>
        attempt("UploadAsset", undefined, ({ signal = stalled, ...options }) =>
          client.uploadAsset(messages, { ...options, signal: AbortSignal.any([signal, stalled]) }),
        ),
      ),
  })
})
