// The part of a text in which something was found.
import { element } from "@rollcall/pages/browser"

/** How many characters are shown, and how many of them before the first word that was found. */
const length = 150
const before = 40

/** That part, in which the words stand out. Without any of them it is the beginning of the text. */
export const excerpt = (text: string, words: ReadonlyArray<string>): ReadonlyArray<Node | string> => {
  // Words are letters and figures alone; a longer one that begins with another comes first.
  const alternatives = words.toSorted((one, other) => other.length - one.length).join("|")
  const pattern = new RegExp(alternatives || "$^", "giu")
  const first = text.search(pattern)
  const start = first > before ? text.indexOf(" ", first - before) + 1 : 0
  const part = text.slice(start, start + length)
  const pieces: Array<Node | string> = start > 0 ? ["… "] : []
  let end = 0
  for (const { index, 0: found } of part.matchAll(pattern)) {
    pieces.push(part.slice(end, index), element("mark", {}, found))
    end = index + found.length
  }
  return [...pieces, part.slice(end), start + length < text.length ? "…" : ""]
}
