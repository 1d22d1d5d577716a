// Some of many, without repetition and without a table: how seeded groups choose their members.

/** A stride that visits every one of `count` members once: the first above the wish that shares no factor with `count`. */
const strideFor = (wish: number, count: number): number => {
  const share = (a: number, b: number): number => (b === 0 ? a : share(b, a % b))
  let stride = 1 + (wish % count)
  while (share(stride, count) !== 1) stride += 1
  return stride
}

/** At least `smallest`, and fewer than `range` more, of the indexes below `count` (or all of them), as a hash decides. */
export const spread = (draw: number, smallest: number, range: number, count: number): ReadonlyArray<number> => {
  // Squared, so that most groups are small and few are near the bound.
  const part = (draw % 1000) / 1000
  const size = Math.min(count, smallest + Math.floor(part * part * range))
  const stride = strideFor(draw >>> 8, count)
  return Array.from({ length: size }, (_, step) => (draw + step * stride) % count)
}
