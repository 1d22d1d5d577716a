// The beginning of the end: what is told of a signal as soon as it has come, however long the work then takes to end.
import { Effect, Fiber } from "effect"
import { Readiness } from "./health/Readiness.ts"

/** Does the work. Where it is interrupted, the log and `/ready` say so first. */
export const untilStopped = Effect.fnUntraced(function* <A, E, R>(work: Effect.Effect<A, E, R>) {
  const { set } = yield* Readiness
  const working = yield* Effect.forkChild(work)
  const stop = set({ _tag: "Stopping" }).pipe(
    Effect.andThen(Effect.logInfo("Stopping.")),
    Effect.andThen(Fiber.interrupt(working)),
  )
  return yield* Effect.onInterrupt(Fiber.join(working), () => stop)
})
