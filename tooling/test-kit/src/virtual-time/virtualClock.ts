// A clock that jumps: when nothing is in flight and everyone sleeps, time moves to the next who wakes. Minutes of
// waiting for rate limits pass in milliseconds, and exactly.
import type { Clock } from "effect"
import { Duration, Effect } from "effect"
import { clockOver } from "./clockOver.ts"

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** A virtual clock, and the way to tell it that work is in flight while which time stands still. */
export interface VirtualClock {
  readonly clock: Clock.Clock
  readonly inFlight: <A>(work: Promise<A>) => Promise<A>
  readonly elapsedMilliseconds: () => number
}

const startOf2026 = Date.UTC(2026, 0, 1)

/** A new clock, this many minutes after the beginning of 2026. */
export const virtualClock = (minutes = 0): VirtualClock => {
  const begin = startOf2026 + minutes * 60_000
  let now = begin
  let working = 0
  let isJumpPlanned = false
  const sleepers: Array<Sleeper> = []

  const jumpWhenIdle = (quietTurns = 0): void => {
    isJumpPlanned = sleepers.length > 0
    if (!isJumpPlanned) return
    setImmediate(() => {
      if (working > 0) return jumpWhenIdle()
      if (quietTurns < 3) return jumpWhenIdle(quietTurns + 1)
      const next = sleepers.toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined) return jumpWhenIdle()
      now = Math.max(now, next.at)
      const awake = sleepers.filter((sleeper) => sleeper.at <= now)
      for (const sleeper of awake) {
        sleepers.splice(sleepers.indexOf(sleeper), 1)
        sleeper.wake()
      }
      jumpWhenIdle()
    })
  }

  const sleep = (duration: Duration.Duration): Effect.Effect<void> =>
    Effect.callback<void>((resume) => {
      const sleeper: Sleeper = { at: now + Duration.toMillis(duration), wake: () => resume(Effect.void) }
      sleepers.push(sleeper)
      if (!isJumpPlanned) jumpWhenIdle()
      return Effect.sync(() => {
        const index = sleepers.indexOf(sleeper)
        if (index >= 0) sleepers.splice(index, 1)
      })
    })

  return {
    clock: clockOver(() => now, sleep),
    inFlight: async (work) => {
      working++
      try {
        return await work
      } finally {
        working--
      }
    },
    elapsedMilliseconds: () => now - begin,
  }
}
