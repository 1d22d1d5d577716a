// Columns of text for people, fitted to the terminal's width.
import stringWidth from "string-width"
import { escapeControls } from "@rollcall/access/render"

const gap = 2
/** A column is not squeezed below this many cells, so that ids stay recognisable. */
const narrowest = 8
/** A column is not made wider than this many cells for one long name, which would lengthen every line. */
const mostCells = 200

/** How a table is drawn. */
export interface TableStyle {
  /** Cells of the terminal; without it nothing is cut off. */
  readonly width?: number | undefined
  /** Whether titles may be set in bold. */
  readonly color: boolean
}

/** A table whose columns are laid out; rows can come one by one. */
export interface Table {
  readonly head: string
  /** A row as a line. Control characters in its cells are escaped. */
  readonly line: (cells: ReadonlyArray<string>) => string
}

/**
 * Lays a table out by its titles and some of its rows. A cell that is wider than its column is cut off on a terminal, and
 * elsewhere pushes its line's other columns to the right.
 */
export const layTable = (
  titles: ReadonlyArray<string>,
  some: ReadonlyArray<ReadonlyArray<string>>,
  style: TableStyle,
): Table => {
  const rows = some.map((row) => row.map(escapeControls))
  const natural = titles.map((title, column) =>
    Math.min(
      mostCells,
      rows.reduce((widest, row) => Math.max(widest, cellWidth(row[column] ?? "")), cellWidth(title)),
    ),
  )
  const widths = style.width === undefined ? natural : squeeze(natural, style.width)
  const fitted = style.width === undefined ? pad : fit
  const line = (cells: ReadonlyArray<string>): string =>
    widths
      .map((width, column) => fitted(escapeControls(cells[column] ?? ""), width))
      .join(" ".repeat(gap))
      .trimEnd()
  const head = line(titles)
  return { head: style.color ? `\u001b[1m${head}\u001b[0m` : head, line }
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

const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - cellWidth(text)))

const fit = (text: string, width: number): string => {
  if (cellWidth(text) <= width) return pad(text, width)
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

/** Characters of a text that is wider than any column, however wide exactly. Measuring a hostile one takes long. */
const longestMeasured = 4096

// Most cells are ASCII, of which the width is the length; measuring the others is a hundred times slower.
const cellWidth = (text: string): number =>
  text.length > longestMeasured || /^[\u0020-\u007e]*$/.test(text) ? text.length : stringWidth(text)
