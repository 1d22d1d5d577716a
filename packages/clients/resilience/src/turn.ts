// When the next call of a key may go out: pure arithmetic on a budget, what was sent before, and the cooldown.
import { type Budget, burstOf, intervalOf } from "./Budget.ts"

/** What a key remembers, in milliseconds of a clock that nobody sets. */
export interface Pace {
  /** When all calls sent so far are paid for at the sustained rate. */
  readonly paidUntil: number
  /** No call before this. */
  readonly cooldownUntil: number
}

/** A key that was never called. */
export const neverCalled: Pace = { paidUntil: Number.NEGATIVE_INFINITY, cooldownUntil: Number.NEGATIVE_INFINITY }

/** Either the call goes out and the key remembers `pace`, or it waits and asks again. */
export type Turn =
  | { readonly _tag: "Go"; readonly pace: Pace }
  | { readonly _tag: "Wait"; readonly because: "budget" | "cooldown"; readonly millis: number }

/** What sums of fractions may be off by, in milliseconds. */
const rounding = 1e-3

const wait = (because: "budget" | "cooldown", millis: number): Turn => ({
  _tag: "Wait",
  because,
  // Whole milliseconds, and never none: clocks cannot sleep a fraction.
  millis: Math.max(1, Math.ceil(millis - rounding)),
})

/** Whether a call may go out now. After `burst` calls at once, calls are spaced evenly: n calls take (n − burst) intervals. */
export const turn = (budget: Budget, pace: Pace, now: number): Turn => {
  if (pace.cooldownUntil > now) return wait("cooldown", pace.cooldownUntil - now)
  const interval = intervalOf(budget)
  const earliest = pace.paidUntil - (burstOf(budget) - 1) * interval
  if (earliest - now > rounding) return wait("budget", earliest - now)
  // The clock gives whole milliseconds while slots are fractions: a call that goes less than one late still pays from its slot.
  const slot = now - pace.paidUntil < 1 ? pace.paidUntil : Math.max(pace.paidUntil, now)
  return { _tag: "Go", pace: { ...pace, paidUntil: slot + interval } }
}

/**
 * The key after a notice to pause until `until`. A cooldown is extended, never shortened; and when it ends the calls that
 * wait go out one by one, as after a full burst, not all at once into the next refusal.
 */
export const cooled = (budget: Budget, pace: Pace, until: number): Pace => ({
  cooldownUntil: Math.max(pace.cooldownUntil, until),
  paidUntil: Math.max(pace.paidUntil, until + (burstOf(budget) - 1) * intervalOf(budget)),
})
