// How many cells of a terminal a text takes, and lines of at most so many. Most texts are of letters that take one each. What measures others knows all emoji, which
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

/** Lines that follow the first one of a line that had to be wrapped stand so much further in. */
const hanging = 4

/** A line in pieces of at most so many cells, parted at spaces: whole where that is not known. A longer word stays whole. */
export const wrapLine = Effect.fnUntraced(function* (line: string, columns: number | undefined) {
  if (columns === undefined) return [line]
  yield* readyFor([line])
  if (cellWidth(line) <= columns) return [line]
  const [, inset = "", text = ""] = /^( *)(.*)$/su.exec(line) ?? []
  const pieces: Array<string> = []
  let piece = inset
  let isFirst = true
  for (const word of text.split(" ")) {
    const longer = isFirst ? `${piece}${word}` : `${piece} ${word}`
    if (isFirst || cellWidth(longer) <= columns) piece = longer
    else {
      pieces.push(piece)
      piece = `${inset}${" ".repeat(hanging)}${word}`
    }
    isFirst = false
  }
  return [...pieces, piece]
})
