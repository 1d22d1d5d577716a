// Some of many, without repetition and without a table: how seeded groups choose their members.

/** A stride that visits every one of `count` members once: the first above the wish that shares no factor with `count`. */
const strideFor = (wish: number, count: number): number => {
  const share = (a: number, b: number): number => (b === 0 ? a : share(b, a % b))
  let stride = 1 + (wish % count)
  while (share(stride, count) !== 1) stride += 1
  return stride
}

/** At least one and at most `largest` of the indexes below `count`, as a hash decides. */
export const spread = (draw: number, largest: number, count: number): ReadonlyArray<number> => {
  // Squared, so that most groups are small and few are near the bound.
  const part = (draw % 1000) / 1000
  const size = Math.min(count, 1 + Math.floor(part * part * largest))
  const stride = strideFor(draw >>> 8, count)
  return Array.from({ length: size }, (_, step) => (draw + step * stride) % count)
}
