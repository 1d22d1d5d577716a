// Where the state of budgets and cooldowns is kept: in this process, unless another layer shares it between several.
import { Clock, Context, Effect, Layer } from "effect"
import type { Pace } from "./Budget.ts"
import { neverCalled } from "./Budget.ts"

/**
 * Reads the paces of some keys and replaces those that change, in one step that no other can come between; a key that was never
 * called has the pace `neverCalled`. `change` is pure: it may run again if another process came first. `now` is in milliseconds by
 * the clock that all who share the store go by, and paces hold times of that clock.
 */
export type ModifyPaces = <A>(
  keys: ReadonlyArray<string>,
  change: (
    paceOf: (key: string) => Pace,
    now: number,
  ) => readonly [result: A, changed: ReadonlyArray<readonly [key: string, pace: Pace]>],
) => Effect.Effect<A>

/** The paces of all keys. */
export class LimitStore extends Context.Service<LimitStore, { readonly modify: ModifyPaces }>()(
  "@rollcall/resilience/LimitStore",
) {
  /** In the memory of this process, by a clock that runs on evenly when someone sets the time of day. */
  static readonly layer: Layer.Layer<LimitStore> = Layer.sync(LimitStore, () => {
    const paces = new Map<string, Pace>()
    return {
      modify: (_keys, change) =>
        Effect.map(monotonicMillis, (now) => {
          const [result, changed] = change((key) => paces.get(key) ?? neverCalled, now)
          for (const [key, pace] of changed) paces.set(key, pace)
          return result
        }),
    }
  })
}

/** Whole milliseconds of the clock that nobody sets. */
export const monotonicMillis = Effect.map(Clock.monotonicTimeNanos, (nanos) => Math.round(Number(nanos) / 1e6))
