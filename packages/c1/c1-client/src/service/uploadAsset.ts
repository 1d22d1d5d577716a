// Uploads a file in up to three attempts, each from its first byte: a stream that broke cannot be continued. Its messages:
// who uploads, the file piece by piece, its checksum.
import { create } from "@bufbuild/protobuf"
import type { BatonServiceUploadAssetRequest } from "@rollcall/c1-protocol/messages"
import { BatonServiceUploadAssetRequestSchema } from "@rollcall/c1-protocol/messages"
import { Context, Effect, Result } from "effect"
import { createHash } from "node:crypto"
import type { FileHandle } from "node:fs/promises"
import { open } from "node:fs/promises"
import { C1Error } from "../C1Error.ts"

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
const isRetryable = ({ reason }: C1Error): boolean => !["Refused", "CannotRead", "Superseded"].includes(reason)

/** Bytes of a piece, as the Go connector sends them; C1 takes up to twice as many. */
const pieceBytes = 524_288

/** Whose asset it is. */
interface AssetOwner {
  readonly hostId: string
  readonly taskId: string
}

/** The asset, opened by whoever closes it: a stream that breaks is not read to its end. */
interface OpenAsset {
  readonly path: string
  readonly file: FileHandle
}

/**
 * The messages, made as they are asked for. One buffer serves for the whole file: a message has been written out before
 * the next is asked for. Between two pieces lies a read, so that others get their turn.
 */
async function* uploadMessages(
  owner: AssetOwner,
  { path, file }: OpenAsset,
  onPiece: (sentBytes: number) => Promise<void>,
): AsyncGenerator<BatonServiceUploadAssetRequest> {
  yield message({ case: "metadata", value: { ...owner } })
  const hash = createHash("sha256")
  const buffer = Buffer.allocUnsafe(pieceBytes)
  let at = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, at).catch((cause: unknown) => {
      throw cannotRead(path, cause)
    })
    if (bytesRead === 0) break
    const data = buffer.subarray(0, bytesRead)
    hash.update(data)
    at += bytesRead
    yield message({ case: "data", value: { data } })
    await onPiece(at)
  }
  yield message({ case: "eof", value: { sha256Checksum: hash.digest() } })
}

type Part = NonNullable<Parameters<typeof create<typeof BatonServiceUploadAssetRequestSchema>>[1]>["msg"]

const message = (msg: NonNullable<Part>): BatonServiceUploadAssetRequest =>
  create(BatonServiceUploadAssetRequestSchema, { msg })

/** The failure of a file that cannot be read for its upload. */
const cannotRead = (path: string, cause: unknown): C1Error =>
  new C1Error({
    reason: "CannotRead",
    message: `The synced file ${path} cannot be read for the upload.`,
    hint: "No other program may change the work folder while Rollcall runs; the next sync writes the file again.",
    cause,
  })
