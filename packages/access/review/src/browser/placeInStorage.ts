// A place in the browser's storage. A browser may refuse storage to files, or to all pages, or have no more room: then nothing is kept,
// and the page goes on.

/** A list under a key. */
export interface PlaceInStorage {
  /** What was kept; undefined where the browser keeps nothing. */
  readonly read: () => ReadonlyArray<unknown> | undefined
  /** Whether it is kept. */
  readonly keep: (items: ReadonlyArray<object>) => boolean
  readonly remove: () => void
  /** Calls back with what another tab has kept. */
  readonly watch: (changed: (items: ReadonlyArray<unknown>) => void) => void
}

export const placeInStorage = (key: string): PlaceInStorage => ({
  read: () =>
    allowed(() => {
      const text = localStorage.getItem(key)
      // Some give storage that takes nothing.
      if (text === null) localStorage.setItem(key, "[]")
      return listIn(text)
    }),
  keep: (items) =>
    allowed(() => {
      localStorage.setItem(key, JSON.stringify(items))
      return true
    }) ?? false,
  remove: () => {
    allowed(() => localStorage.removeItem(key))
  },
  watch: (changed) =>
    addEventListener("storage", (event) => {
      if (event.key === key && event.newValue !== null) changed(listIn(event.newValue))
    }),
})

/** The JSON in a text, which can be any; nothing where there is none. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const listIn = (text: string | null): ReadonlyArray<unknown> => {
  const value = parsed(text ?? "[]")
  return Array.isArray(value) ? value : []
}

const allowed = <A>(work: () => A): A | undefined => {
  try {
    return work()
  } catch {
    return undefined
  }
}
