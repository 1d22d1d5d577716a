// How many cells of a terminal a text takes. Most texts are of letters that take one each. What measures others knows all emoji, which
// take 25 ms of processor time to load, so it is loaded with the first such text.
import { Effect } from "effect"

let measure: ((text: string) => number) | undefined

/** Latin letters and usual punctuation. */
const isPlain = (text: string): boolean =>
  /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u024f\u2010-\u2014\u2018-\u201e\u2026]*$/u.test(text)

/** Loads what measures these texts, where they need it. Before {@link cellWidth} is asked. */
export const readyFor = (texts: ReadonlyArray<string>): Effect.Effect<void> =>
  measure !== undefined || texts.every(isPlain)
    ? Effect.void
    : Effect.promise(async () => {
        measure = (await import("string-width")).default
      })

/** Characters of a text that is wider than any column, however wide exactly. Measuring a hostile one takes long. */
const longestMeasured = 4096

/** The cells that a text takes. */
export const cellWidth = (text: string): number =>
  text.length > longestMeasured || isPlain(text) ? text.length : (measure?.(text) ?? text.length)

/** The characters of a text as a person sees them. */
export const graphemesOf = (text: string): Iterable<{ readonly segment: string }> =>
  isPlain(text)
    ? Array.from(text, (segment) => ({ segment }))
    : (segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" })).segment(text)

let segmenter: Intl.Segmenter | undefined
