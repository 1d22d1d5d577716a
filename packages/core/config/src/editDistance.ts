// How far what was typed is from what may have been meant, and what to suggest. It imports nothing, so that a command line is refused
// without loading the rest.

/**
 * The characters to insert, remove or replace, or neighbours to swap, that make one text of the other (optimal string
 * alignment); infinite where it is more than `most`.
 */
export const editDistance = (one: string, other: string, most: number): number => {
  if (Math.abs(one.length - other.length) > most) return Number.POSITIVE_INFINITY
  // Of the table of all prefixes, three rows are kept.
  let [before, row]: [ReadonlyArray<number>, ReadonlyArray<number>] = [
    [],
    Array.from({ length: other.length + 1 }, (_, at) => at),
  ]
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1]
      const edited = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (isSame ? 0 : 1))
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      next.push(isSwap ? Math.min(edited, (before[j - 2] ?? 0) + 1) : edited)
    }
    ;[before, row] = [row, next]
  }
  const distance = row[other.length] ?? Number.POSITIVE_INFINITY
  return distance > most ? Number.POSITIVE_INFINITY : distance
}

/** Names that are further away are not meant. */
const mostEdits = 2

/** A word that several names begin with says too little. */
const mostCompleted = 3

/**
 * The names that a word was most likely meant as: those that are the fewest edits away, at most two; where there are none, those that
 * begin with it.
 */
export const closest = (word: string, names: ReadonlyArray<string>): ReadonlyArray<string> => {
  // What is as far away as it is long has nothing in common with it.
  const most = Math.min(mostEdits, word.length - 1)
  const distances = names.map((name) => [editDistance(word, name, most), name] as const)
  const least = Math.min(...distances.map(([distance]) => distance))
  if (Number.isFinite(least)) return distances.filter(([distance]) => distance === least).map(([, name]) => name)
  const begun = word.length <= mostEdits ? [] : names.filter((name) => name.startsWith(word))
  return begun.length > mostCompleted ? [] : begun
}

/** "Did you mean a, b or c?", or an empty text where there is nothing to suggest. */
export const didYouMean = (names: ReadonlyArray<string>): string => {
  const [last, ...others] = names.toReversed()
  if (last === undefined) return ""
  return `Did you mean ${others.length === 0 ? last : `${others.toReversed().join(", ")} or ${last}`}?`
}

/** What to say next to a word that is none of the names: a question that ends in a space, or an empty text. */
export const suggestion = (word: string, names: ReadonlyArray<string>): string => {
  const question = didYouMean(closest(word.trim().toLowerCase(), names))
  return question === "" ? "" : `${question} `
}
