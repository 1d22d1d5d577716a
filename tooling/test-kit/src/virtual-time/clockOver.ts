// A clock of Effect over a number that somebody else moves.
import type { Clock } from "effect"
import { Effect } from "effect"

/** A clock that tells `millis`, the milliseconds since the epoch, and sleeps as it is told. */
export const clockOver = (millis: () => number, sleep: Clock.Clock["sleep"]): Clock.Clock => {
  const nanos = () => BigInt(Math.trunc(millis())) * 1_000_000n + BigInt(Math.round((millis() % 1) * 1e6))
  return {
    currentTimeMillisUnsafe: millis,
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep,
  }
}
