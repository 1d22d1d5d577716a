// Runs the worker as the process: its log from the start, and at the end how a failure is told, in the log, with what to do
// about it, and as the exit code.
import { exitCodes, isFailure, sentenceOf } from "@rollcall/connector"
import { loggingLayer } from "@rollcall/host/logging"
import { Cause, Duration, Effect, Exit, Option } from "effect"

/** A process without open handles would end before a program that waits. */
const longestMillis = 2 ** 31 - 1

/** Runs the program and ends the process with its exit code. Gives what stops it, after which the exit code is 0. */
export const runProcess = (program: Effect.Effect<number, unknown>): (() => void) => {
  // A reader of the log that has gone is no reason to stop.
  process.stdout.on("error", () => undefined)
  process.stderr.on("error", () => undefined)
  // What fails before the settings are known is told in the form that suits where it goes.
  const early = loggingLayer({ level: "info", format: undefined, isTerminal: process.stderr.isTTY })
  const alive = setInterval(() => undefined, longestMillis)
  const fiber = Effect.runFork(Effect.provide(exitCodeOf(program), early))
  let isStopped = false
  fiber.addObserver((exit) => {
    clearInterval(alive)
    process.exitCode = codeOf(exit)
    // What was printed may not be written yet; after a stop or a failure nothing may keep the process.
    if (isStopped || process.exitCode !== 0) process.exit()
  })
  return () => {
    isStopped = true
    fiber.interruptUnsafe()
  }
}

/** Ends the process with this code when the time is over, also where what runs in it does not come to its end. */
export const endProcessAfter = (time: Duration.Input, code: number): Effect.Effect<void> =>
  Effect.sync(() => void setTimeout(() => process.exit(code), Duration.toMillis(time)).unref())

const codeOf = (exit: Exit.Exit<number>): number => {
  if (Exit.isSuccess(exit)) return exit.value
  return Cause.hasInterruptsOnly(exit.cause) ? 0 : exitCodes.unexpected
}

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
