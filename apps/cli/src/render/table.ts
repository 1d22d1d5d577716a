// Columns of text for people, fitted to the terminal's width.
import stringWidth from "string-width"
import { escapeControls } from "./escapeControls.ts"

const gap = 2
/** A column is not squeezed below this many cells, so that ids stay recognisable. */
const narrowest = 8

/** How a table is drawn. */
export interface TableStyle {
  /** Cells of the terminal; without it nothing is cut off. */
  readonly width?: number
  /** Whether titles may be set in bold. */
  readonly color: boolean
}

/** The lines of a table: titles, then a line for each row. Control characters in cells are escaped. */
export const tableLines = (
  titles: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  style: TableStyle,
): ReadonlyArray<string> => {
  const cells = rows.map((row) => row.map(escapeControls))
  const natural = titles.map((title, column) =>
    cells.reduce((widest, row) => Math.max(widest, cellWidth(row[column] ?? "")), cellWidth(title)),
  )
  const widths = style.width === undefined ? natural : squeeze(natural, style.width)
  const line = (row: ReadonlyArray<string>): string =>
    widths
      .map((width, column) => fit(row[column] ?? "", width))
      .join(" ".repeat(gap))
      .trimEnd()
  const head = line(titles)
  return [style.color ? `\u001b[1m${head}\u001b[0m` : head, ...cells.map(line)]
}

/** Takes width from the widest column until the line fits, or no column can give any. */
const squeeze = (natural: ReadonlyArray<number>, width: number): ReadonlyArray<number> => {
  const widths = [...natural]
  let excess = widths.reduce((sum, it) => sum + it, gap * (widths.length - 1)) - width
  while (excess > 0) {
    const widest = Math.max(...widths)
    if (widest <= narrowest) break
    const second = Math.max(narrowest, ...widths.filter((it) => it < widest))
    const shared = widths.filter((it) => it === widest).length
    const taken = Math.max(1, Math.min(widest - second, Math.floor(excess / shared)))
    for (let column = 0; column < widths.length && excess > 0; column++) {
      if (widths[column] !== widest) continue
      widths[column] = widest - taken
      excess -= taken
    }
  }
  return widths
}

const fit = (text: string, width: number): string => {
  const own = cellWidth(text)
  if (own <= width) return text + " ".repeat(width - own)
  let kept = ""
  let keptWidth = 0
  for (const { segment } of segmenter.segment(text)) {
    const segmentWidth = cellWidth(segment)
    if (keptWidth + segmentWidth > width - 1) break
    kept += segment
    keptWidth += segmentWidth
  }
  return `${kept}…${" ".repeat(width - 1 - keptWidth)}`
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" })

// Most cells are ASCII, of which the width is the length; measuring the others is a hundred times slower.
const cellWidth = (text: string): number => (/^[\u0020-\u007e]*$/.test(text) ? text.length : stringWidth(text))
