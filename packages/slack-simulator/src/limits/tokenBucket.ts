// The arithmetic of one rate limit: a bucket that holds a minute's calls and fills evenly. Slack publishes calls per
// minute and tolerates bursts of unpublished size; this one lets a minute's worth pass at once, and no more on average.

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
  perMinute: number,
  cost: number,
): { readonly bucket: Bucket; readonly waitMillis: number } => {
  const perMilli = perMinute / 60_000
  const before = bucket ?? { level: perMinute, at: now }
  const level = Math.min(perMinute, before.level + Math.max(0, now - before.at) * perMilli)
  // Evenly paced calls come out at a level that rounding may leave a hair below one.
  if (level + 1e-6 >= cost) return { bucket: { level: Math.max(0, level - cost), at: now }, waitMillis: 0 }
  return { bucket: { level, at: now }, waitMillis: (cost - level) / perMilli }
}
