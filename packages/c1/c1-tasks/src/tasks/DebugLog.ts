// The log of tasks that C1 wants to look into (`debug`): what they log at every level down to debug, in a file that the next
// full sync uploads after its own, as the Go connector does. Unlike there, it is bounded, and a file that another process
// left is never uploaded.
import { appendFileSync, renameSync, rmSync } from "node:fs"
import { LogLevel, Effect, Logger, References } from "effect"
import { C1Error, C1Service } from "@rollcall/c1-client"
import { C1Events } from "../C1Event.ts"

/** The debug log of one loop. */
export interface DebugLog {
  /** Runs a task's work and writes what it logs, besides wherever that goes by itself. */
  readonly write: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Uploads what was written, if anything was, and empties the log. A failure is reported to `C1Events` alone. */
  readonly upload: (taskId: string) => Effect.Effect<void, never, C1Service>
}

/** How a debug log is kept. */
export interface DebugLogOptions {
  /** Its file; one that is there is removed. */
  readonly path: string
  /** Makes a line of what is logged, without anything secret. */
  readonly line: Logger.Logger<unknown, string>
  /** What is longer is left out; default 8 MiB. */
  readonly maxBytes?: number
}

/** An empty debug log. */
export const makeDebugLog = Effect.fnUntraced(function* ({ path, line, maxBytes = 8_388_608 }: DebugLogOptions) {
  let writers = 0
  let bytes = 0
  let problem: unknown
  /** What is logged between an upload and the next task is of a task whose log C1 has. */
  let isUploaded = false
  /** The log while it is uploaded: the upload itself logs, and must not grow the file that it reads. */
  const closed = `${path}.upload`
  const reset = () => {
    bytes = 0
    problem = undefined
  }
  const clear = Effect.sync(() => {
    reset()
    attempt(() => rmSync(path, { force: true }))
  })
  const attempt = (work: () => void): void => {
    try {
      work()
    } catch (cause) {
      problem ??= cause
    }
  }
  const append = (text: string): void => {
    if (isUploaded || bytes > maxBytes || problem !== undefined) return
    bytes += Buffer.byteLength(text) + 1
    const isTooMuch = bytes > maxBytes
    attempt(() => appendFileSync(path, `${isTooMuch ? tooLong(maxBytes) : text}\n`, { mode: 0o600 }))
  }
  yield* clear
  attempt(() => rmSync(closed, { force: true }))

  const debugLog: DebugLog = {
    write: Effect.fnUntraced(function* (work) {
      const loggers = yield* References.CurrentLoggers
      const minimum = yield* References.MinimumLogLevel
      const asBefore = [...loggers].map((logger) =>
        Logger.make((entry) =>
          LogLevel.isGreaterThanOrEqualTo(entry.logLevel, minimum) ? logger.log(entry) : undefined,
        ),
      )
      if (writers === 0) yield* clear
      writers++
      isUploaded = false
      return yield* work.pipe(
        Effect.provideService(References.CurrentLoggers, new Set([...asBefore, Logger.map(line, append)])),
        Effect.provideService(References.MinimumLogLevel, "Debug"),
        Effect.ensuring(Effect.sync(() => writers--)),
      )
    }),
    upload: Effect.fnUntraced(function* (taskId) {
      if (bytes === 0) return
      const emit = yield* C1Events
      const { uploadAsset } = yield* C1Service
      isUploaded = true
      attempt(() => renameSync(path, closed))
      const sent = problem === undefined ? uploadAsset(taskId, closed) : Effect.fail(unwritable(path, problem))
      reset()
      yield* sent.pipe(
        Effect.flatMap((size) => emit({ _tag: "DebugLogUploaded", taskId, bytes: size })),
        Effect.catch((error) => emit({ _tag: "DebugLogFailed", taskId, error })),
      )
      attempt(() => rmSync(closed, { force: true }))
    }),
  }
  return debugLog
})

const tooLong = (maxBytes: number) =>
  JSON.stringify({ message: `The log is longer than ${maxBytes} bytes; the rest is left out.` })

const unwritable = (path: string, cause: unknown) =>
  new C1Error({
    reason: "CannotRead",
    message: `The debug log ${path} could not be written.`,
    hint: "Check that the work folder can be written and that its disk has room.",
    cause,
  })
