// A function that remembers its latest answers, so that what is asked again and again is found once and memory stays
// bounded.

/** Remembers the answers to the last `size` different questions; an `undefined` one is looked up again each time. */
export const memoize = <A>(size: number, find: (key: string) => A | undefined) => {
  const known = new Map<string, A>()
  return (key: string): A | undefined => {
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const found = find(key)
    if (found === undefined) return undefined
    const oldest = known.size < size ? undefined : known.keys().next().value
    if (oldest !== undefined) known.delete(oldest)
    known.set(key, found)
    return found
  }
}
