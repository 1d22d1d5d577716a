// What the calls of one process remember together: per key the pace, the cooldown and a queue. A call stands under several
// limits at once, such as that of its kind and that of the whole organisation, and goes when all of them let it.
import { Clock, Effect, Semaphore } from "effect"
import type { Budget } from "./Budget.ts"
import { CallWaits, type WaitReason } from "./CallWaits.ts"
import { cooled, fresh, type Pace, turn } from "./turn.ts"

/** A limit that a call stands under. Calls of one key share a budget and a cooldown. */
export interface Limit {
  readonly key: string
  readonly budget: Budget
}

/**
 * All limits of a call, each key once and the narrowest first, in the same order for every call: whoever waits for a narrow
 * one then holds up none that share only a wide one.
 */
export type Limits = readonly [Limit, ...ReadonlyArray<Limit>]

/** What has happened on a key so far. */
export interface KeyState {
  readonly key: string
  /** Calls sent, retries included. */
  readonly calls: number
  /** How often the other side asked for a pause. */
  readonly throttled: number
  /** Milliseconds that calls have waited, by reason. */
  readonly waitedMillis: Readonly<Record<WaitReason, number>>
  /** Milliseconds that the key is still to rest; 0 where it does not. */
  readonly cooldownMillis: number
}

interface Key {
  pace: Pace
  calls: number
  throttled: number
  readonly waitedMillis: Record<WaitReason, number>
  /** One call at a time stands in front; the others queue behind it in the order in which they came. */
  readonly front: Semaphore.Semaphore
}

/** Whole milliseconds of the clock that runs on evenly when someone sets the time of day. */
export const now = Effect.map(Clock.monotonicTimeNanos, (nanos) => Math.round(Number(nanos) / 1e6))

/** An empty memory. */
export const makeLimits = () => {
  const keys = new Map<string, Key>()

  const keyOf = (name: string): Key => {
    const known = keys.get(name)
    if (known !== undefined) return known
    const key: Key = {
      pace: fresh,
      calls: 0,
      throttled: 0,
      waitedMillis: { budget: 0, cooldown: 0, retry: 0 },
      front: Semaphore.makeUnsafe(1),
    }
    keys.set(name, key)
    return key
  }

  const waitFor = Effect.fnUntraced(function* (name: string, reason: WaitReason, millis: number) {
    yield* (yield* CallWaits)({ key: name, reason, millis })
    keyOf(name).waitedMillis[reason] += millis
    yield* Effect.sleep(millis)
  })

  /** Waits in front of the limits up to `last`, then queues for the next one; behind the last one the call goes. */
  const inFront = Effect.fnUntraced(function* (limits: Limits, last: number): Effect.fn.Return<void> {
    // A cooldown can begin or grow while the call in front sleeps: only a look after the sleep lets it go.
    while (true) {
      const millis = yield* now
      const turns = limits
        .slice(0, last + 1)
        .map(({ key, budget }) => ({ key, next: turn(budget, keyOf(key).pace, millis) }))
      const waiting = turns.find(({ next }) => next._tag === "Wait")
      if (waiting?.next._tag === "Wait") {
        yield* waitFor(waiting.key, waiting.next.because, waiting.next.millis)
        continue
      }
      if (last < limits.length - 1) return yield* queue(limits, last + 1)
      // All pay in the same moment: none counts a call that another still holds back.
      for (const { key, next } of turns) {
        if (next._tag !== "Go") continue
        keyOf(key).pace = next.pace
        keyOf(key).calls += 1
      }
      return
    }
  })

  const queue = (limits: Limits, index: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      const limit = limits[index]
      return limit === undefined ? Effect.void : keyOf(limit.key).front.withPermit(inFront(limits, index))
    })

  /** Ends when the call may go out. */
  const takeTurn = (limits: Limits) => queue(limits, 0)

  /** No call under any of the limits for this long. */
  const coolDown = Effect.fnUntraced(function* (limits: Limits, millis: number) {
    const until = (yield* now) + millis
    for (const { key: name, budget } of limits) {
      const key = keyOf(name)
      key.throttled += 1
      key.pace = cooled(budget, key.pace, until)
    }
  })

  const state = Effect.map(now, (millis) =>
    Array.from(keys, ([key, { calls, throttled, waitedMillis, pace }]): KeyState => ({
      key,
      calls,
      throttled,
      waitedMillis: { ...waitedMillis },
      cooldownMillis: Math.max(0, pace.cooldownUntil - millis),
    })),
  )

  return { waitFor, takeTurn, coolDown, state }
}
