// Uploads a file in up to three attempts, each from its first byte: a stream that broke cannot be continued.
import { open } from "node:fs/promises"
import type { BatonServiceUploadAssetRequest } from "@rollcall/c1-protocol/messages"
import { Context, Effect, Result } from "effect"
import type { C1Error } from "../C1Error.ts"
import type { AssetOwner } from "./uploadMessages.ts"
import { cannotRead, uploadMessages } from "./uploadMessages.ts"

/** How far an upload has come, and each attempt that failed. */
export type UploadEvent =
  | {
      readonly _tag: "UploadProgress"
      readonly taskId: string
      readonly sentBytes: number
      readonly totalBytes: number
    }
  | { readonly _tag: "UploadFailed"; readonly taskId: string; readonly attempt: number; readonly error: C1Error }

/** Who observes uploads; nobody by default. */
export const UploadEvents = Context.Reference<(event: UploadEvent) => Effect.Effect<void>>(
  "@rollcall/c1-client/UploadEvents",
  { defaultValue: () => () => Effect.void },
)

/**
 * Pauses before the second and the third attempt, in milliseconds: at once, and after the time that a service takes to
 * restart. A sync took longer than that.
 */
const pauses: ReadonlyArray<number> = [0, 30_000]

/**
 * Uploads the file at `path`; `send` is one attempt with the stream's messages, given up with the signal where nothing
 * moves for `stallMillis`, of real time like that of the connection. Gives the file's size in bytes.
 */
export const uploadAsset = Effect.fn("C1.upload")(function* (
  owner: AssetOwner,
  path: string,
  stallMillis: number,
  send: (
    messages: AsyncIterable<BatonServiceUploadAssetRequest>,
    stalled: AbortSignal,
  ) => Effect.Effect<unknown, C1Error>,
): Effect.fn.Return<number, C1Error> {
  const emit = yield* UploadEvents
  const { taskId } = owner
  const run = Effect.runPromiseWith(yield* Effect.context())
  const attempt = Effect.acquireUseRelease(
    Effect.tryPromise({ try: () => open(path), catch: (cause) => cannotRead(path, cause) }),
    (file) =>
      Effect.gen(function* () {
        const { size } = yield* Effect.tryPromise({ try: () => file.stat(), catch: (cause) => cannotRead(path, cause) })
        const stall = yield* watchForStall(stallMillis)
        const messages = uploadMessages(owner, { path, file }, (sentBytes) => {
          stall.moved()
          return run(emit({ _tag: "UploadProgress", taskId, sentBytes, totalBytes: size }))
        })
        yield* send(messages, stall.signal)
        return size
      }).pipe(Effect.scoped),
    (file) => Effect.promise(() => file.close()),
  )

  for (let number = 1; ; number++) {
    const result = yield* Effect.result(attempt)
    if (Result.isSuccess(result)) return result.success
    const { failure: error } = result
    yield* emit({ _tag: "UploadFailed", taskId, attempt: number, error })
    const pause = pauses[number - 1]
    if (pause === undefined || !isRetryable(error)) return yield* error
    yield* Effect.sleep(pause)
  }
})

/** A signal that comes where nothing has moved for so long. */
const watchForStall = (millis: number) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(), millis)
      return { signal: controller.signal, moved: () => void timer.refresh(), end: () => clearTimeout(timer) }
    }),
    ({ end }) => Effect.sync(end),
  )

/** A checksum that did not fit can be a matter of the way there, so all but a refusal is tried again. */
const isRetryable = ({ reason }: C1Error): boolean => reason !== "Refused" && reason !== "CannotRead"
