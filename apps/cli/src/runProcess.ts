// Runs the command as the process: signals, streams that break, and the exit code.
import { exitCodes } from "@rollcall/connector"
import type { Layer } from "effect"
import { Cause, Effect, Exit, Fiber } from "effect"
import { reportFailure } from "./reportFailure.ts"
import type { Screen } from "./Screen.ts"
import { SignalMeaning } from "./SignalMeaning.ts"

// A terminal that is closed sends SIGHUP.
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/**
 * Runs the program and ends the process with its exit code. The first Ctrl-C, SIGTERM or SIGHUP interrupts the program,
 * which then puts its work in order; a second one ends the process at once.
 */
export const runProcess = <E, R>(
  program: Effect.Effect<number, E, R | SignalMeaning>,
  layer: Layer.Layer<NoInfer<R> | Screen>,
): void => {
  const meaning = { endsWell: false, comesTooLate: false }
  let received: (typeof signals)[number] | undefined
  const whole = program.pipe(
    // An interruption without a signal is a fault like any other.
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause) && received !== undefined ? Effect.interrupt : reportFailure(cause),
    ),
    Effect.provideService(SignalMeaning, meaning),
    Effect.provide(layer),
  )
  for (const signal of signals) {
    process.on(signal, () => {
      if (received !== undefined) process.exit(exitCodes.cancelled)
      received = signal
      if (!meaning.comesTooLate) Effect.runFork(Fiber.interrupt(fiber))
    })
  }
  // Only now, since the program can say that it is ready before this function returns.
  const fiber = Effect.runFork(whole)
  // A reader that has gone is reported by the write; without a listener Node would end the process with a stack.
  process.stdout.on("error", () => undefined)
  process.stderr.on("error", () => undefined)
  fiber.addObserver((exit) => {
    // What was printed may not be written yet: a pipe takes 64 KiB at once.
    if (Exit.isSuccess(exit)) return process.stdout.write("", () => process.exit(exit.value))
    if (received === undefined) process.exit(exitCodes.unexpected)
    process.exit(meaning.endsWell ? 0 : interruptedCode(received))
  })
}

const interruptedCode = (signal: (typeof signals)[number]): number =>
  signal === "SIGINT" ? exitCodes.cancelled : exitCodes.interrupted
