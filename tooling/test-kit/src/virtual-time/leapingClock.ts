// Virtual time for what talks to a server in this process.
import type { Clock } from "effect"
import { Duration, Effect } from "effect"
import { clockOver } from "./clockOver.ts"

/** A clock that never waits: whoever sleeps finds the time gone by. */
export const leapingClock = (): Clock.Clock => {
  let millis = 0
  return clockOver(
    () => millis,
    (duration) =>
      Effect.sync(() => {
        millis += Duration.toMillis(duration)
      }),
  )
}
