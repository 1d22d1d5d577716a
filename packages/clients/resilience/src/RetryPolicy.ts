// How often and how long a call is repeated, as data, with the arithmetic that follows from it.

/** Bounds of the retries for one class of error. */
export interface RetryLimit {
  /** Attempts after the first. */
  readonly retries: number
  /**
   * Milliseconds that may be waited in all. Where the other side throttles this is real time, the queue behind others
   * included, since they share its pauses; for any other error it is the delays before the retries.
   */
  readonly waitMillis: number
}

export interface RetryPolicy {
  /** Where the other side asks for a pause. */
  readonly throttled: RetryLimit
  /** Any other error that may pass: a cut connection, an overloaded server. */
  readonly transient: RetryLimit
  /** The delay before the first retry, its growth, its ceiling, and by which part of itself it varies. */
  readonly backoff: {
    readonly firstMillis: number
    readonly factor: number
    readonly ceilingMillis: number
    readonly jitter: number
  }
}

/** Eight retries and ten minutes for pauses that the other side dictates; four retries and a minute for all else. */
export const defaultRetryPolicy: RetryPolicy = {
  throttled: { retries: 8, waitMillis: 600_000 },
  transient: { retries: 4, waitMillis: 60_000 },
  backoff: { firstMillis: 500, factor: 2, ceilingMillis: 20_000, jitter: 0.2 },
}

/** What a client says of an error. */
export interface Verdict {
  readonly retryable: boolean
  /** The other side refused for being called too often: every call of any of its keys pauses. */
  readonly throttled?: boolean | undefined
  /** Milliseconds that the other side asks to wait at least. */
  readonly retryAfterMillis?: number | undefined
}

/** The classes of error that are bounded apart. */
export type RetryClass = "throttled" | "transient"

/** Retries of one class so far. */
export interface Spent {
  readonly retries: number
  readonly waitedMillis: number
}

export type RetryHistory = Readonly<Record<RetryClass, Spent>>

const nothing: Spent = { retries: 0, waitedMillis: 0 }

/** Before the first retry. */
export const noRetries: RetryHistory = { throttled: nothing, transient: nothing }

/** The history after one more retry, for which this was waited. */
export const withRetry = (history: RetryHistory, of: RetryClass, waitedMillis: number): RetryHistory => {
  const spent = history[of]
  return { ...history, [of]: { retries: spent.retries + 1, waitedMillis: spent.waitedMillis + waitedMillis } }
}

/** Milliseconds before retry number `retry` (from 0); `random` is from 0 up to 1. */
export const backoffMillis = ({ backoff }: RetryPolicy, retry: number, random: number): number =>
  Math.round(
    Math.min(backoff.ceilingMillis, backoff.firstMillis * backoff.factor ** retry) *
      (1 + backoff.jitter * (2 * random - 1)),
  )

/** An attempt that is still allowed. */
export interface NextRetry {
  readonly class: RetryClass
  /** Milliseconds before it at least. */
  readonly delayMillis: number
  /** Milliseconds before it at most, as the class may not wait longer in all. */
  readonly patienceMillis: number
}

/** The next attempt, or nothing where the bounds are reached. */
export const nextRetry = (
  policy: RetryPolicy,
  history: RetryHistory,
  verdict: Verdict,
  random: number,
): NextRetry | undefined => {
  if (!verdict.retryable) return undefined
  const of = verdict.throttled === true ? "throttled" : "transient"
  const spent = history[of]
  const delayMillis = Math.max(verdict.retryAfterMillis ?? 0, backoffMillis(policy, spent.retries, random))
  const patienceMillis = policy[of].waitMillis - spent.waitedMillis
  return spent.retries >= policy[of].retries || delayMillis > patienceMillis
    ? undefined
    : { class: of, delayMillis, patienceMillis }
}
