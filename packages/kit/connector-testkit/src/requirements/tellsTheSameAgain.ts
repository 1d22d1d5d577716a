// What has not changed in the system must not seem changed in the file: reviewers compare syncs. Time is the usual
// culprit (an age, a "days since"), so the second run takes place years later.
import assert from "node:assert/strict"
import { Clock, Duration, Effect } from "effect"
import { inOrder } from "../comparing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { freshConnector, wholeRun } from "../runs.ts"

/** Two runs over the same data, the second one a thousand days later. */
export const tellsTheSameAgain = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  const first = yield* wholeRun(connector, tried.world)
  const later = aheadBy(Duration.days(1000), yield* Clock.Clock)
  const second = yield* wholeRun(connector, tried.world).pipe(Effect.provideService(Clock.Clock, later))
  assert.deepStrictEqual(inOrder(second.published), inOrder(first.published), "a run a thousand days later")
})

/** A clock that runs as this one does, but is ahead of it. */
const aheadBy = (lead: Duration.Duration, clock: Clock.Clock): Clock.Clock => {
  const millis = () => clock.currentTimeMillisUnsafe() + Duration.toMillis(lead)
  const nanos = () => clock.currentTimeNanosUnsafe() + BigInt(Duration.toMillis(lead)) * 1_000_000n
  return {
    currentTimeMillisUnsafe: millis,
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: clock.monotonicTimeNanos,
    sleep: (duration) => clock.sleep(duration),
  }
}
