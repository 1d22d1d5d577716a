// How fast a key may be called, as data.

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
}

/** Milliseconds between calls at the sustained rate. Throws a RangeError for a budget that allows nothing. */
export const intervalOf = ({ callsPerMinute, share = 1, speed = 1 }: Budget): number => {
  if (!(callsPerMinute > 0) || !(share > 0 && share <= 1) || !(speed > 0)) {
    throw new RangeError("A budget needs callsPerMinute and speed above 0 and a share above 0 and at most 1.")
  }
  return 60_000 / (callsPerMinute * share * speed)
}

/** Calls that may go out at once after a rest, at least one however small the share. */
export const burstOf = ({ burst = 1, share = 1 }: Budget): number => Math.max(1, Math.floor(burst * share))
