// Pausing: while a connection is paused it begins no sync and asks for no task. What runs is brought to its end, and access for a time ends
// as ever.
import { Context, Effect, Latch, Queue } from "effect"

/** Where a connection waits while it is paused, and hears that a sync is wanted now. */
export const WorkGate = Context.Reference<{
  /** Waits while it is paused. */
  readonly opened: Effect.Effect<void>
  /** Waits until a sync is asked for, besides those of the schedule. */
  readonly asked: Effect.Effect<void>
}>("@rollcall/worker/WorkGate", { defaultValue: () => ({ opened: Effect.void, asked: Effect.never }) })

/** The gate of one connection. */
export const makeWorkGate = Effect.fnUntraced(function* (isPaused: boolean) {
  const latch = yield* Latch.make(!isPaused)
  const wanted = yield* Queue.sliding<void>(1)
  return {
    opened: latch.await,
    asked: Queue.take(wanted),
    pause: latch.close,
    resume: latch.open,
    ask: Queue.offer(wanted, undefined),
  }
})

/** What pauses and resumes a connection, and asks it for a sync. */
export type WorkGate = Effect.Success<ReturnType<typeof makeWorkGate>>
