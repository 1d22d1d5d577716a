// Runs the worker as the process: SIGTERM, as Kubernetes sends it to stop a pod, is its ordinary end.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { exitCodes } from "@rollcall/connector"
import { Cause, Effect, Exit } from "effect"
import { exitCodeOf } from "./exitCodeOf.ts"
import { loggingLayer } from "./logging/loggingLayer.ts"

/** Runs the program and ends the process with its exit code; with 0 once a signal has interrupted it. */
export const runProcess = (program: Effect.Effect<number, unknown>): void => {
  // What fails before the settings are known is told in the form that suits where it goes.
  const early = loggingLayer({ level: "info", format: undefined, isTerminal: process.stderr.isTTY })
  NodeRuntime.runMain(Effect.provide(exitCodeOf(program), early), {
    disableErrorReporting: true,
    teardown: (exit, end) => {
      if (Exit.isSuccess(exit)) return end(Number(exit.value))
      end(Cause.hasInterruptsOnly(exit.cause) ? 0 : exitCodes.unexpected)
    },
  })
  // A reader of the log that has gone is no reason to stop.
  process.stdout.on("error", () => undefined)
  process.stderr.on("error", () => undefined)
  // A terminal that is closed.
  process.on("SIGHUP", () => process.kill(process.pid, "SIGTERM"))
}
