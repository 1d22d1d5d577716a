// Patterns of ids and of places.

/** Whether a text is one of those that the pattern stands for, in which `*` is any text. Takes no longer than the texts are. */
export const matcher = (pattern: string): ((text: string) => boolean) => {
  const [first = "", ...rest] = pattern.split("*")
  const last = rest.pop()
  if (last === undefined) return (id) => id === first
  return (id) => {
    let from = first.length
    if (!id.startsWith(first)) return false
    for (const part of rest) {
      const at = id.indexOf(part, from)
      if (at < 0) return false
      from = at + part.length
    }
    return id.length - from >= last.length && id.endsWith(last)
  }
}
