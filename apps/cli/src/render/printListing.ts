// Prints records in the form that was asked for, as they come, so that a large file takes no more memory than a small one.
// The table is for people, in columns that are fitted to the terminal's width; the other forms are those of the read model.
import type { Listing, ListingFormat, ListingOptions } from "@rollcall/access/render"
import {
  batches,
  cellsOf,
  escapeControls,
  renderJsonArray,
  renderJsonLines,
  renderLines,
  renderListing,
  renderRows,
  shownIn,
} from "@rollcall/access/render"
import { Effect, Stream } from "effect"
import type { ExitWith } from "../errors.ts"
import type { OutputError } from "../Screen.ts"
import { errLines, Screen } from "../Screen.ts"
import { cellWidth, graphemesOf, readyFor } from "./cellWidth.ts"

/** The forms in which records can be printed. */
export type OutputFormat = "table" | ListingFormat

/** The forms of any command's results: a page goes to a file. */
export type AnyFormat = OutputFormat | "html"

/** Rows that decide how wide the columns of a table are. */
const rowsLaidOut = 2000

/**
 * Prints the records to the standard output.
 * @param members What a JSON object has next to the records.
 * @param options How the text is written.
 */
export const printListing = Effect.fn("Screen.printListing")(function* <A, E, E2>(
  listing: Listing<A, E>,
  records: Stream.Stream<A, E2>,
  format: OutputFormat,
  members: Readonly<Record<string, unknown>> = {},
  options: Pick<ListingOptions, "flat" | "byteOrderMark"> = {},
): Effect.fn.Return<void, E | E2 | OutputError | ExitWith, Screen> {
  const { outIsTerminal } = yield* Screen
  const text: Stream.Stream<string, E | E2, Screen> =
    format === "table"
      ? tableText(listing, records)
      : renderListing(listing, records, { ...options, format, members, escapeControls: outIsTerminal })
  yield* print(text)
})

/** Prints a JSON object that ends with an array, one record a line. */
export const printJsonArray = <E>(...of: Parameters<typeof renderJsonArray<E>>) => print(renderJsonArray(...of))

/** Prints CSV or Markdown of records that are turned into lines where they are read. */
export const printRows = Effect.fnUntraced(function* <A, E, E2>(
  listing: Listing<A, E>,
  format: "csv" | "markdown",
  options: Pick<ListingOptions, "byteOrderMark">,
  lines: (line: (record: A) => string) => Stream.Stream<string, E2>,
): Effect.fn.Return<void, E2 | OutputError | ExitWith, Screen> {
  const { outIsTerminal } = yield* Screen
  yield* print(renderRows(listing, { ...options, format, escapeControls: outIsTerminal }, lines))
})

/** Prints records whose lines of JSON are written already. */
export const printJsonLines = <E>(...of: Parameters<typeof renderJsonLines<E>>) => print(renderJsonLines(...of))

/** Prints lines, many at once. */
export const printLines = <E = never>(...lines: Parameters<typeof renderLines<E>>) => print(renderLines(...lines))

const print = <E, R>(text: Stream.Stream<string | Uint8Array, E, R>) =>
  Effect.flatMap(Screen, (screen) => Stream.runForEach(text, screen.out))

const tableText = <A, E, E2>(whole: Listing<A, E2>, records: Stream.Stream<A, E>): Stream.Stream<string, E, Screen> =>
  Stream.unwrap(
    Effect.map(Screen, ({ outColor, columns }) => {
      const listing = shownIn("table", whole)
      const style = { color: outColor, width: columns }
      const rows = batches(rowsLaidOut, lengthOfRow)(Stream.map(records, cellsOf(listing)))
      let table: Table | undefined
      const body = Stream.mapEffect(
        rows,
        Effect.fnUntraced(function* (some) {
          yield* readyFor(some.flat())
          const isFirst = table === undefined
          const laid = (table ??= layTable(listing.columns, some, style))
          if (isFirst) yield* errLines(noRoomFor(laid.leftOut))
          return [...(isFirst ? [laid.head] : []), ...some.map(laid.line), ""].join("\n")
        }),
      )
      const headAlone = Stream.suspend(() =>
        table === undefined ? Stream.succeed(`${layTable(listing.columns, [], style).head}\n`) : Stream.empty,
      )
      return Stream.concat(body, headAlone)
    }),
  )

const noRoomFor = (titles: ReadonlyArray<string>): ReadonlyArray<string> =>
  titles.length === 0 ? [] : [`note: The terminal has no room for ${titles.join(", ")}; --wide shows all columns.`]

const lengthOfRow = (cells: ReadonlyArray<string>): number => cells.reduce((sum, cell) => sum + cell.length, 0)

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

/** A column as far as laying it out takes. */
interface TableColumn {
  readonly title: string
  /** Ids are not cut off. */
  readonly isId?: boolean | undefined
  /** A column that is shown `ifRoom` is left out where others would get too narrow. */
  readonly shown?: string | undefined
}

/** A table whose columns are laid out; rows can come one by one. */
export interface Table {
  readonly head: string
  /** A row as a line. Control characters in its cells are escaped. */
  readonly line: (cells: ReadonlyArray<string>) => string
  /** The titles of the columns that it has no room for. */
  readonly leftOut: ReadonlyArray<string>
}

/**
 * Lays a table out by its columns and some of its rows. A cell that is wider than its column is cut off on a terminal, unless it
 * is an id; that, and elsewhere every such cell, pushes its line's other columns to the right.
 */
export const layTable = (
  columns: ReadonlyArray<TableColumn>,
  some: ReadonlyArray<ReadonlyArray<string>>,
  style: TableStyle,
): Table => {
  const rows = some.map((row) => row.map(escapeControls))
  const natural = columns.map(({ title, isId = false }, column) =>
    Math.min(
      isId ? Number.POSITIVE_INFINITY : mostCells,
      rows.reduce((widest, row) => Math.max(widest, cellWidth(row[column] ?? "")), cellWidth(title)),
    ),
  )
  const kept = style.width === undefined ? [...columns.keys()] : withRoom(columns, natural, style.width)
  const widths =
    style.width === undefined
      ? natural
      : squeeze(
          kept.map((column) => ({ width: natural[column] ?? 0, isFixed: columns[column]?.isId === true })),
          style.width,
        )
  const line = (cells: ReadonlyArray<string>): string =>
    kept
      .map((column, place) => {
        const fitted = style.width === undefined || columns[column]?.isId === true ? pad : fit
        return fitted(escapeControls(cells[column] ?? ""), widths[place] ?? 0)
      })
      .join(" ".repeat(gap))
      .trimEnd()
  const head = line(columns.map(({ title }) => title))
  return {
    head: style.color ? `\u001b[1m${head}\u001b[0m` : head,
    line,
    leftOut: columns.flatMap(({ title }, column) => (kept.includes(column) ? [] : [title])),
  }
}

/** A column that may be left out is not shown where it would squeeze others below this many cells. */
const comfortable = 14

/** The columns that fit without squeezing others too far: those that need not be there are left out from the last on. */
const withRoom = (
  columns: ReadonlyArray<TableColumn>,
  natural: ReadonlyArray<number>,
  width: number,
): ReadonlyArray<number> => {
  let kept = [...columns.keys()]
  const needed = (): number =>
    kept.reduce(
      (sum, column) =>
        sum + Math.min(natural[column] ?? 0, columns[column]?.isId === true ? Number.POSITIVE_INFINITY : comfortable),
      gap * (kept.length - 1),
    )
  while (needed() > width) {
    const last = kept.findLast((column) => columns[column]?.shown === "ifRoom")
    if (last === undefined) break
    kept = kept.filter((column) => column !== last)
  }
  return kept
}

/** Takes width from the widest column until the line fits, or no column can give any. */
const squeeze = (
  natural: ReadonlyArray<{ readonly width: number; readonly isFixed: boolean }>,
  width: number,
): ReadonlyArray<number> => {
  const widths = natural.map((column) => column.width)
  const free = (): ReadonlyArray<number> => widths.filter((_, column) => natural[column]?.isFixed === false)
  let excess = widths.reduce((sum, it) => sum + it, gap * (widths.length - 1)) - width
  while (excess > 0) {
    const widest = Math.max(0, ...free())
    if (widest <= narrowest) break
    const second = Math.max(narrowest, ...free().filter((it) => it < widest))
    const shared = free().filter((it) => it === widest).length
    const taken = Math.max(1, Math.min(widest - second, Math.floor(excess / shared)))
    for (let column = 0; column < widths.length && excess > 0; column++) {
      if (widths[column] !== widest || natural[column]?.isFixed === true) continue
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
  for (const { segment } of graphemesOf(text)) {
    const segmentWidth = cellWidth(segment)
    if (keptWidth + segmentWidth > width - 1) break
    kept += segment
    keptWidth += segmentWidth
  }
  return `${kept}…${" ".repeat(width - 1 - keptWidth)}`
}
