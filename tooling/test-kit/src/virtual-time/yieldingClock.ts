// Virtual time for loops that talk to a server in this process and would starve it on a clock that never yields.
import type { Clock } from "effect"
import { Duration, Effect } from "effect"
import { clockOver } from "./clockOver.ts"

/**
 * A clock on which nobody waits: who sleeps finds the time gone by, after everyone else had a turn. Who would sleep for
 * longer than `longestMillis` never wakes. It begins `ahead` milliseconds later than the other clocks of this kind.
 */
export const yieldingClock = (longestMillis = Infinity, ahead = 0): Clock.Clock => {
  let millis = 1_800_000_000_000 + ahead
  return clockOver(
    () => millis,
    (duration) =>
      Duration.toMillis(duration) <= longestMillis
        ? Effect.callback((resume) => {
            setImmediate(() => {
              millis += Duration.toMillis(duration)
              resume(Effect.void)
            })
          })
        : Effect.never,
  )
}

/** A clock on which pauses leap, and patience has no end: what is given a second or longer has all the time it takes. */
export const patientClock = (ahead = 0): Clock.Clock => yieldingClock(999, ahead)
