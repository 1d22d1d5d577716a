// Runs the worker as the process: its log from the start, and its exit code at the end.
import { exitCodes } from "@rollcall/connector"
import { Cause, Effect, Exit } from "effect"
import { exitCodeOf } from "./exitCodeOf.ts"
import { loggingLayer } from "@rollcall/host/logging"

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

const codeOf = (exit: Exit.Exit<number>): number => {
  if (Exit.isSuccess(exit)) return exit.value
  return Cause.hasInterruptsOnly(exit.cause) ? 0 : exitCodes.unexpected
}
