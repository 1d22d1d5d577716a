// How a failure of the worker is told: in the log, with what to do about it, and as the exit code.
import { exitCodes, isFailure, sentenceOf } from "@rollcall/connector"
import { Cause, Effect, Option } from "effect"

/** The exit code of a program, which gives its own where it ends well. A failure is logged. An interruption stays one. */
export const exitCodeOf = <E, R>(program: Effect.Effect<number, E, R>): Effect.Effect<number, never, R> =>
  Effect.catchCause(program, (cause) => {
    if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
    const error = Option.getOrUndefined(Cause.findErrorOption(cause))
    if (!isFailure(error)) {
      return Effect.as(Effect.logFatal("The worker failed because of a bug in Rollcall.", cause), exitCodes.unexpected)
    }
    const code = exitCodes[error.kind]
    return Effect.logFatal(sentenceOf(error)).pipe(
      Effect.annotateLogs({ kind: error.kind, exitCode: code }),
      Effect.andThen(Effect.logDebug("The failure in full.", cause)),
      Effect.as(code),
    )
  })
