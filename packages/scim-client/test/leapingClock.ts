// Virtual time for calls that are answered in this process.
import { type Clock, Duration, Effect } from "effect"

/** A clock that never waits: whoever sleeps finds the time gone by. */
export const leapingClock = (): Clock.Clock => {
  let millis = 0
  const nanos = () => BigInt(Math.round(millis)) * 1_000_000n
  return {
    currentTimeMillisUnsafe: () => millis,
    currentTimeMillis: Effect.sync(() => millis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) =>
      Effect.sync(() => {
        millis += Duration.toMillis(duration)
      }),
  }
}
