// Virtual time for loops that talk to a server in this process.
import type { Clock } from "effect"
import { Duration, Effect } from "effect"

/** A clock on which nobody waits: who sleeps finds the time gone by, after everyone else had a turn. */
export const leapingClock = (startMillis = 1_800_000_000_000): Clock.Clock => {
  let millis = startMillis
  const nanos = () => BigInt(Math.round(millis)) * 1_000_000n
  return {
    currentTimeMillisUnsafe: () => millis,
    currentTimeMillis: Effect.sync(() => millis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) =>
      Effect.callback((resume) => {
        setImmediate(() => {
          millis += Duration.toMillis(duration)
          resume(Effect.void)
        })
      }),
  }
}
