// How fast a key may be called, as data, and when its next call may go out: pure arithmetic on a budget, what was sent
// before, and the cooldown.
/** The pace of one key. Numbers below or equal to 0 make no sense and are refused by {@link intervalOf}. */
export interface Budget {
  /** The published floor, used as the sustained rate. `Infinity` means no limit. */
  readonly callsPerMinute: number
  /** Calls that may go out at once after a rest; default 1, which spaces all calls evenly. */
  readonly burst?: number
  /** The part of rate and burst that this process may spend where others share them, above 0 and at most 1; default 1. */
  readonly share?: number
  /**
   * How much faster than real time the limits of the other side run; default 1. A simulator that plays published limits at
   * 60-fold speed is met with 60, so that no clock needs to be bent. Pauses that the other side states are obeyed as
   * stated: a fast simulator states short ones.
   */
  readonly speed?: number
  /** Lets the rate climb above `callsPerMinute` until the first refusal; absent, it stays there. */
  readonly climb?: Climb | undefined
}

/**
 * How a rate climbs above the published one, which some systems state as a floor. Each call that goes out when its slot begins adds
 * `step`, so that only a key that is kept busy climbs. The first throttle ends it for as long as the key is remembered.
 */
export interface Climb {
  /** The part of the published rate that each call adds. */
  readonly step: number
  /** The highest rate, in multiples of the published one. */
  readonly most: number
}

/** A twentieth more with each call, up to four times the published rate: 101 calls at 20 a minute take 117 s in place of 300. */
export const slowClimb: Climb = { step: 1 / 20, most: 4 }

/** Milliseconds between calls at the sustained rate. Throws a RangeError for a budget that allows nothing. */
export const intervalOf = ({ callsPerMinute, share = 1, speed = 1 }: Budget): number => {
  if (!(callsPerMinute > 0) || !(share > 0 && share <= 1) || !(speed > 0)) {
    throw new RangeError("A budget needs callsPerMinute and speed above 0 and a share above 0 and at most 1.")
  }
  return 60_000 / (callsPerMinute * share * speed)
}

/** Calls that may go out at once after a rest, at least one however small the share. */
export const burstOf = ({ burst = 1, share = 1 }: Budget): number => Math.max(1, Math.floor(burst * share))

/** What a key remembers, in milliseconds of a clock that nobody sets. */
export interface Pace {
  /** When all calls sent so far are paid for at the sustained rate. */
  readonly paidUntil: number
  /** No call before this. */
  readonly cooldownUntil: number
  /** The rate that a budget with `climb` has reached, in multiples of the published one; 1 when absent. */
  readonly rate?: number | undefined
  /** Whether the other side has refused such a call: the rate is the published one from then on. */
  readonly refused?: boolean | undefined
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
  const rate = budget.climb === undefined ? 1 : (pace.rate ?? 1)
  const interval = intervalOf(budget) / rate
  const earliest = pace.paidUntil - (burstOf(budget) - 1) * interval
  if (earliest - now > rounding) return wait("budget", earliest - now)
  // The clock gives whole milliseconds while slots are fractions: a call that goes less than one late still pays from its slot.
  const isBusy = now - pace.paidUntil < 1
  const slot = isBusy ? pace.paidUntil : Math.max(pace.paidUntil, now)
  const climbed = isBusy && pace.refused !== true ? climbedOf(budget, rate) : {}
  return { _tag: "Go", pace: { ...pace, paidUntil: slot + interval, ...climbed } }
}

const climbedOf = ({ climb }: Budget, rate: number): Pick<Pace, "rate"> =>
  climb === undefined ? {} : { rate: Math.min(climb.most, rate + climb.step) }

/**
 * The key after a notice to pause until `until`. A cooldown is extended, never shortened; and when it ends the calls that
 * wait go out one by one, as after a full burst, not all at once into the next refusal. A rate that had climbed falls to the
 * published one, an interval after the pause: the other side's allowance is used up, and a call that arrives early by the
 * jitter of the network would be refused again.
 */
export const cooled = (budget: Budget, pace: Pace, until: number): Pace =>
  resting(budget, pace, resumesAt(budget, until))

/** When calls go out again after a pause until `until`. */
export const resumesAt = (budget: Budget, until: number): number =>
  budget.climb === undefined ? until : until + intervalOf(budget)

/** The key where nobody calls before `resumes`; a later cooldown stays. */
export const resting = (budget: Budget, pace: Pace, resumes: number): Pace => ({
  cooldownUntil: Math.max(pace.cooldownUntil, resumes),
  paidUntil: Math.max(pace.paidUntil, resumes + (burstOf(budget) - 1) * intervalOf(budget)),
  ...(budget.climb === undefined ? {} : { refused: true }),
})
