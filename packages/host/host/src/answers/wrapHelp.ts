// Help wrapped to the width of a terminal. It imports nothing: a build's help is printed before anything else is loaded.

/** How many cells of a terminal a text takes. */
export type DisplayWidth = (text: string) => number

/** Headings behind which commands stand, to be copied as they are. */
const asTheyAre = ["USAGE", "EXAMPLES"]

/** Whether a line of help is the heading of this title, coloured or not. */
export const isHeading = (line: string, heading: string): boolean => line.includes(heading) && !line.startsWith("  ")

/** The lines of help, wrapped to these columns where they go to a terminal. */
export const wrapHelp = (
  lines: ReadonlyArray<string>,
  columns: number | undefined,
  width: DisplayWidth,
): ReadonlyArray<string> => {
  if (columns === undefined) return lines
  let isProse = true
  return lines.flatMap((line) => {
    if (!line.startsWith(" ")) isProse = !asTheyAre.some((title) => isHeading(line, title))
    return isProse && width(line) > columns ? wrap(line, columns, width) : [line]
  })
}

/** A description gets no narrower than this. */
const narrowest = 30

/** A line in pieces that fit: those after the first stand below the description of the flag. */
const wrap = (line: string, columns: number, width: DisplayWidth): ReadonlyArray<string> => {
  const [, left = "", right = line.trim()] = /^(\s+\S.*?\s{2,})(\S.*)$/u.exec(line) ?? [undefined, "  ", line.trim()]
  const beside = width(left)
  const below = columns - beside >= narrowest ? beside : 6
  const pieces: Array<string> = []
  let piece = below === beside ? left : ""
  if (below !== beside) pieces.push(left.trimEnd())
  const indent = " ".repeat(below)
  if (piece === "") piece = indent
  let isFirst = true
  for (const word of right.split(" ")) {
    const next = isFirst ? `${piece}${word}` : `${piece} ${word}`
    if (!isFirst && width(next) > columns) {
      pieces.push(piece)
      piece = `${indent}${word}`
    } else piece = next
    isFirst = false
  }
  return [...pieces, piece]
}
