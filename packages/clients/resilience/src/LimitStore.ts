// Where budgets and cooldowns are kept: in this process, unless another layer shares them between several.
import { Clock, Context, Effect, Layer } from "effect"
import type { Budget, Pace } from "./Budget.ts"
import { cooled, neverCalled, turn } from "./Budget.ts"

/** A limit as a store knows it. */
export interface StoredLimit {
  /** Its name among those of all accounts. */
  readonly key: string
  /** Whose it is, where that is known: limits of one owner are mostly used together. */
  readonly owner?: string | undefined
  readonly budget: Budget
}

/** Why a call does not go out yet. */
export interface LimitWait {
  /** The limit that holds it back: its place among those that were asked for. */
  readonly at: number
  readonly because: "budget" | "cooldown"
  /** Until it is worth asking again. */
  readonly millis: number
}

/** Either all limits let a call go, and their keys remember the paces, or one of them holds it back. */
export type Passage =
  | { readonly wait: LimitWait }
  | { readonly paid: ReadonlyArray<readonly [key: string, pace: Pace]> }

/** Whether a call may go out now under all of these limits. They pay in the same moment: none counts a call that another holds back. */
export const passage = (limits: ReadonlyArray<StoredLimit>, paceOf: (key: string) => Pace, now: number): Passage => {
  const paid: Array<readonly [string, Pace]> = []
  for (const [at, { key, budget }] of limits.entries()) {
    const next = turn(budget, paceOf(key), now)
    if (next._tag === "Wait") return { wait: { at, because: next.because, millis: next.millis } }
    paid.push([key, next.pace])
  }
  return { paid }
}

/** The budgets and cooldowns of all keys. */
export class LimitStore extends Context.Service<
  LimitStore,
  {
    /** What a call waits for; nothing where all limits let it go, and then each of them is paid if it `goes`. All in one step. */
    readonly take: (limits: ReadonlyArray<StoredLimit>, goes: boolean) => Effect.Effect<LimitWait | undefined>
    /** No call under any of the limits for this long, whoever makes it. */
    readonly coolDown: (limits: ReadonlyArray<StoredLimit>, millis: number) => Effect.Effect<void>
    /** Milliseconds that a key is still to rest; 0 where it does not. */
    readonly restMillis: (key: string) => Effect.Effect<number>
  }
>()("@rollcall/resilience/LimitStore") {
  /** In the memory of this process, by a clock that runs on evenly when someone sets the time of day. */
  static readonly layer: Layer.Layer<LimitStore> = Layer.sync(LimitStore, () => {
    const paces = new Map<string, Pace>()
    const paceOf = (key: string) => paces.get(key) ?? neverCalled
    return {
      take: (limits, goes) =>
        Effect.map(monotonicMillis, (now) => {
          const passed = passage(limits, paceOf, now)
          if ("wait" in passed) return passed.wait
          if (goes) for (const [key, pace] of passed.paid) paces.set(key, pace)
          return undefined
        }),
      coolDown: (limits, millis) =>
        Effect.map(monotonicMillis, (now) => {
          for (const { key, budget } of limits) paces.set(key, cooled(budget, paceOf(key), now + millis))
        }),
      restMillis: (key) => Effect.map(monotonicMillis, (now) => Math.max(0, paceOf(key).cooldownUntil - now)),
    }
  })
}

/** Whole milliseconds of the clock that nobody sets. */
export const monotonicMillis = Effect.map(Clock.monotonicTimeNanos, (nanos) => Math.round(Number(nanos) / 1e6))
