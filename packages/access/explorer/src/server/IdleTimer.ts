// Ends what nobody uses any more: when no page was answered in half an hour, and none is being answered.
import { Clock, Effect } from "effect"

/** After how long without a page the server ends, in milliseconds. */
export const idleMillis = 30 * 60_000

/** Knows when a page was answered last. */
export interface IdleTimer {
  /** Counts the work as use, from its beginning to its end. */
  readonly during: <A, E>(work: Effect.Effect<A, E>) => Effect.Effect<A, E>
  /** Ends when there was no use in half an hour, from now on. */
  readonly idle: Effect.Effect<void>
}

/** A timer, of which the last use is now. */
export const makeIdleTimer: Effect.Effect<IdleTimer> = Effect.gen(function* () {
  let usedAt = yield* Clock.currentTimeMillis
  let inUse = 0
  return {
    during: (work) =>
      Effect.acquireUseRelease(
        Effect.sync(() => void inUse++),
        () => work,
        () =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            inUse--
            usedAt = now
          }),
      ),
    idle: Effect.gen(function* () {
      usedAt = Math.max(usedAt, yield* Clock.currentTimeMillis)
      for (;;) {
        const left = usedAt + idleMillis - (yield* Clock.currentTimeMillis)
        if (left <= 0 && inUse === 0) return
        yield* Effect.sleep(left <= 0 ? 60_000 : left)
      }
    }),
  }
})
