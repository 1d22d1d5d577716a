// The arithmetic of one rate limit: a bucket that holds a burst of calls and fills evenly. Slack publishes calls per
// minute, and bursts for SCIM alone; of Web API methods a minute's worth passes at once, and no more on average.

/** How fast a bucket fills, and how much it holds. */
export interface Limit {
  readonly perMinute: number
  readonly burst: number
}

export interface Bucket {
  /** Calls that may be made now. */
  readonly level: number
  /** When the level was right, in milliseconds. */
  readonly at: number
}

/** Takes `cost` calls out of a bucket: the bucket after it, and how many milliseconds too early the call was (0: in time). */
export const take = (
  bucket: Bucket | undefined,
  now: number,
  { perMinute, burst }: Limit,
  cost: number,
): { readonly bucket: Bucket; readonly waitMillis: number } => {
  const perMilli = perMinute / 60_000
  const before = bucket ?? { level: burst, at: now }
  const level = Math.min(burst, before.level + Math.max(0, now - before.at) * perMilli)
  // Evenly paced calls come out at a level that rounding may leave a hair below one.
  if (level + 1e-6 >= cost) return { bucket: { level: Math.max(0, level - cost), at: now }, waitMillis: 0 }
  return { bucket: { level, at: now }, waitMillis: (cost - level) / perMilli }
}

/** The whole seconds of a Retry-After header, when limits run `speed` times faster than the clock. */
export const retryAfterSeconds = (waitMillis: number, speed: number): number =>
  // Rounding must not turn one second into two.
  waitMillis === 0 ? 0 : Math.max(1, Math.ceil(waitMillis / speed / 1000 - 1e-6))
