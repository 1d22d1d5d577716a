// Some of the numbers below a count, each at a position: the members and groups that one of several workspaces has, or
// those that a list shows.

export interface Part {
  readonly count: number
  readonly at: (position: number) => number
  readonly positionOf: (index: number) => number | undefined
}

/** All of them, which takes no memory. */
export const allOf = (count: number): Part => ({ count, at: (position) => position, positionOf: (index) => index })

/** Those that it has, as a table of whole numbers. */
export const partOf = (count: number, has: (index: number) => boolean): Part => {
  const indexes = Uint32Array.from({ length: count }, (_, index) => index).filter(has)
  return {
    count: indexes.length,
    at: (position) => indexes[position]!,
    positionOf: (index) => {
      let [low, high] = [0, indexes.length]
      while (low < high) {
        const middle = (low + high) >>> 1
        if (indexes[middle]! < index) low = middle + 1
        else high = middle
      }
      return indexes[low] === index ? low : undefined
    },
  }
}
