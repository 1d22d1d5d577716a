// The layers that any API client stacks on a send: one call at a time per object, budgets, cooldown, bounded retry. A
// client brings the data (limits, policy, mutex) and says what its errors mean; nothing here knows any API. Who goes when is in
// limits.ts, the arithmetic in Budget.ts and RetryPolicy.ts.
import { Context, Data, Effect, Layer, Option, Random, RcMap, Scope, Semaphore } from "effect"
import type { KeyState, Limits } from "./limits.ts"
import { makeLimits } from "./limits.ts"
import { LimitStore, monotonicMillis } from "./LimitStore.ts"
import type { RetryPolicy, Verdict } from "./RetryPolicy.ts"
import { defaultRetryPolicy, nextRetry, noRetries, withRetry } from "./RetryPolicy.ts"

/** What a client says about a call. */
export interface ResilientCall<E> {
  /** Every limit that the call stands under; a throttle cools all of them. */
  readonly limits: Limits
  /** Calls that name the same mutex go one at a time, each with all of its attempts, in the order in which they came. */
  readonly mutex?: string | undefined
  /** Default: {@link defaultRetryPolicy}. */
  readonly retry?: RetryPolicy | undefined
  readonly classify: (error: E) => Verdict
}

/** The last error of a call, with what was done to save it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- whoever catches it reads the client's own error
export class CallFailed<E> extends Data.TaggedError("CallFailed")<{
  readonly error: E
  /** How often it was sent, the first time included. */
  readonly attempts: number
  /** Milliseconds that went by between the attempts, in the queue behind others too. */
  readonly waitedMillis: number
}> {}

/** Budgets, cooldowns and retries, with one memory for all who share the service. */
export class Resilience extends Context.Service<
  Resilience,
  {
    /**
     * Sends within the budgets and outside any cooldown of the limits, and repeats within the bounds of the policy. Fails
     * with the last error, the number of attempts and the time that went by between them.
     */
    readonly call: <A, E, R>(
      options: ResilientCall<E>,
      send: Effect.Effect<A, E, R>,
    ) => Effect.Effect<A, CallFailed<E>, R>
    /** Every key that was called, in the order of their first calls. */
    readonly state: Effect.Effect<ReadonlyArray<KeyState>>
  }
>()("@rollcall/resilience/Resilience") {
  /** Keeps budgets and cooldowns in whatever store is given, such as one that several processes share. */
  static readonly layerWithStore: Layer.Layer<Resilience, never, LimitStore> = Layer.effect(
    Resilience,
    Effect.gen(function* () {
      const { waitFor, acquire, coolDown, state } = makeLimits(yield* LimitStore)
      const { withMutex } = yield* makeKeyedMutex

      const attempts = Effect.fnUntraced(function* <A, E, R>(
        { limits, retry = defaultRetryPolicy, classify }: ResilientCall<E>,
        send: Effect.Effect<A, E, R>,
      ) {
        let history = noRetries
        let waitedMillis = 0
        yield* acquire(limits)
        for (let attempt = 1; ; attempt++) {
          const result = yield* Effect.result(send)
          if (result._tag === "Success") return result.success
          const verdict = classify(result.failure)
          const next = nextRetry(retry, history, verdict, yield* Random.next)
          if (verdict.throttled === true) {
            // However long a pause is asked for, no queue rests longer than a call may wait.
            const pause = Math.max(verdict.retryAfterMillis ?? 0, next?.delayMillis ?? 0)
            yield* coolDown(limits, Math.min(pause, retry.throttled.waitMillis))
          }
          const failed = () => new CallFailed({ error: result.failure, attempts: attempt, waitedMillis })
          if (next === undefined) return yield* failed()
          const failedAt = yield* monotonicMillis
          // A throttled call waits with all others of its keys, in the queue, and leaves it when its patience ends.
          const turned =
            next.class === "throttled"
              ? Option.isSome(yield* Effect.timeoutOption(acquire(limits), next.patienceMillis))
              : yield* Effect.as(
                  Effect.andThen(waitFor(limits[0].key, "retry", next.delayMillis), acquire(limits)),
                  true,
                )
          const waited = (yield* monotonicMillis) - failedAt
          waitedMillis += waited
          if (!turned) return yield* failed()
          history = withRetry(history, next.class, next.class === "throttled" ? waited : next.delayMillis)
        }
      })

      return Resilience.of({
        call: (options, send) =>
          options.mutex === undefined ? attempts(options, send) : withMutex(options.mutex, attempts(options, send)),
        state,
      })
    }),
  )

  /** Keeps them in the store of the surroundings where there is one, else by itself. */
  static readonly layer: Layer.Layer<Resilience> = Layer.unwrap(
    Effect.map(Effect.serviceOption(LimitStore), (shared) =>
      Layer.provide(
        Resilience.layerWithStore,
        Option.isSome(shared) ? Layer.succeed(LimitStore, shared.value) : LimitStore.layer,
      ),
    ),
  )
}

/** A mutex by name, for servers that refuse a second change of an object while the first is still being written. One that nobody holds or waits for is forgotten, so that memory does not grow with the objects. */
export const makeKeyedMutex = Effect.gen(function* () {
  const mutexes = yield* RcMap.make({ lookup: (_name: string) => Semaphore.make(1) })
  return {
    /** Runs once every effect that came before under the same name has ended, in whatever way. */
    withMutex: <A, E, R>(name: string, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.scopedWith((scope) =>
        Effect.flatMap(Scope.provide(RcMap.get(mutexes, name), scope), (mutex) => mutex.withPermit(effect)),
      ),
    /** The names that somebody holds or waits for. */
    names: RcMap.keys(mutexes),
  }
})
