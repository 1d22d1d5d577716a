// The layers that any API client stacks on a send: budget, cooldown, bounded retry. A client brings the data (key, budget,
// policy) and says what its errors mean; nothing here knows any API. The arithmetic is in turn.ts and RetryPolicy.ts.
import { Clock, Context, Effect, Layer, Option, Random, Semaphore } from "effect"
import type { Budget } from "./Budget.ts"
import { CallFailed } from "./CallFailed.ts"
import { CallWaits, type WaitReason } from "./CallWaits.ts"
import { defaultRetryPolicy, nextRetry, noRetries, type RetryPolicy, type Verdict, withRetry } from "./RetryPolicy.ts"
import { cooled, fresh, type Pace, turn } from "./turn.ts"

/** What a client tells of a call. */
export interface ResilientCall<E> {
  /** Calls of one key share a budget and a cooldown. */
  readonly key: string
  readonly budget: Budget
  /** Default: {@link defaultRetryPolicy}. */
  readonly retry?: RetryPolicy
  readonly classify: (error: E) => Verdict
}

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
const now = Effect.map(Clock.monotonicTimeNanos, (nanos) => Math.round(Number(nanos) / 1e6))

/** Budgets, cooldowns and retries, with one memory for all who share the service. */
export class Resilience extends Context.Service<
  Resilience,
  {
    /**
     * Sends within the budget and outside any cooldown of the key, and repeats within the bounds of the policy. Fails with
     * the last error, the number of attempts and the time that went by between them.
     */
    readonly call: <A, E, R>(
      options: ResilientCall<E>,
      send: Effect.Effect<A, E, R>,
    ) => Effect.Effect<A, CallFailed<E>, R>
    /** Every key that was called, in the order of their first calls. */
    readonly state: Effect.Effect<ReadonlyArray<KeyState>>
  }
>()("@rollcall/resilience/Resilience") {
  static readonly layer: Layer.Layer<Resilience> = Layer.sync(Resilience, () => {
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

    const inFront = Effect.fnUntraced(function* (name: string, budget: Budget) {
      const key = keyOf(name)
      // A cooldown can begin or grow while the call in front sleeps: only a look after the sleep lets it go.
      while (true) {
        const next = turn(budget, key.pace, yield* now)
        if (next._tag === "Go") {
          key.pace = next.pace
          key.calls += 1
          return
        }
        yield* waitFor(name, next.because, next.millis)
      }
    })

    const takeTurn = (name: string, budget: Budget) =>
      Effect.suspend(() => keyOf(name).front.withPermit(inFront(name, budget)))

    const coolDown = Effect.fnUntraced(function* (name: string, budget: Budget, millis: number) {
      const key = keyOf(name)
      key.throttled += 1
      key.pace = cooled(budget, key.pace, (yield* now) + millis)
    })

    const call = Effect.fnUntraced(function* <A, E, R>(
      { key, budget, retry = defaultRetryPolicy, classify }: ResilientCall<E>,
      send: Effect.Effect<A, E, R>,
    ) {
      let history = noRetries
      let waitedMillis = 0
      yield* takeTurn(key, budget)
      for (let attempts = 1; ; attempts++) {
        const result = yield* Effect.result(send)
        if (result._tag === "Success") return result.success
        const verdict = classify(result.failure)
        const next = nextRetry(retry, history, verdict, yield* Random.next)
        if (verdict.throttled === true) {
          // However long a pause is asked for, no queue rests longer than a call may wait.
          const pause = Math.max(verdict.retryAfterMillis ?? 0, next?.delayMillis ?? 0)
          yield* coolDown(key, budget, Math.min(pause, retry.throttled.waitMillis))
        }
        if (next === undefined) return yield* new CallFailed({ error: result.failure, attempts, waitedMillis })
        const failedAt = yield* now
        // A throttled call waits with all others of its key, in the queue, and leaves it when its patience ends.
        const turned =
          next.class === "throttled"
            ? Option.isSome(yield* Effect.timeoutOption(takeTurn(key, budget), next.patienceMillis))
            : yield* Effect.as(Effect.andThen(waitFor(key, "retry", next.delayMillis), takeTurn(key, budget)), true)
        const waited = (yield* now) - failedAt
        waitedMillis += waited
        if (!turned) return yield* new CallFailed({ error: result.failure, attempts, waitedMillis })
        history = withRetry(history, next.class, next.class === "throttled" ? waited : next.delayMillis)
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

    return Resilience.of({ call, state })
  })
}
