// Virtual time for loops that talk to a server in this process.
import type { Clock } from "effect"
import { Duration, Effect } from "effect"

/**
 * A clock on which nobody waits: who sleeps finds the time gone by, after everyone else had a turn. Who would sleep for
 * longer than `longestMillis` never wakes.
 */
export const leapingClock = (longestMillis = Infinity): Clock.Clock => {
  let millis = 1_800_000_000_000
  const nanos = () => BigInt(Math.round(millis)) * 1_000_000n
  return {
    currentTimeMillisUnsafe: () => millis,
    currentTimeMillis: Effect.sync(() => millis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) =>
      Duration.toMillis(duration) <= longestMillis
        ? Effect.callback((resume) => {
            setImmediate(() => {
              millis += Duration.toMillis(duration)
              resume(Effect.void)
            })
          })
        : Effect.never,
  }
}

/** A clock on which pauses leap, and patience has no end: what is given a second or longer has all the time it takes. */
export const patientClock = (): Clock.Clock => leapingClock(999)
