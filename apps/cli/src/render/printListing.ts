// Prints records in the form that was asked for, as they come, so that a large file takes no more memory than a small
// one.
import { Effect, Stream } from "effect"
import type { ExitWith } from "../ExitWith.ts"
import type { OutputError } from "../Screen.ts"
import { Screen } from "../Screen.ts"
import type { OutputFormat } from "../settings/commandFields.ts"
import { batches } from "./batches.ts"
import { csvLine } from "./csv.ts"
import { escapeControls, safeJson } from "./escapeControls.ts"
import { markdownHead, markdownLine } from "./markdown.ts"
import type { Table, TableStyle } from "./table.ts"
import { layTable } from "./table.ts"

/** How records of one kind are shown. */
export interface Listing<A, E = never> {
  /** The member of the JSON object that holds them. */
  readonly name: string
  readonly columns: ReadonlyArray<Column<A>>
  readonly json: (record: A) => Effect.Effect<object, E>
}

/** A column of a table, of CSV or of Markdown. */
export interface Column<A> {
  readonly title: string
  readonly value: (record: A) => string
}

/** Records that are written together. */
const atOnce = 256

/** Rows that decide how wide the columns of a table are. */
const rowsLaidOut = 2000

/**
 * Prints the records to the standard output.
 * @param beside What a JSON object has next to the records.
 */
export const printListing = Effect.fn("Screen.printListing")(function* <A, E, E2>(
  listing: Listing<A, E>,
  records: Stream.Stream<A, E2>,
  format: OutputFormat,
  beside: Readonly<Record<string, unknown>> = {},
): Effect.fn.Return<void, E | E2 | OutputError | ExitWith, Screen> {
  const screen = yield* Screen
  const titles = listing.columns.map((column) => column.title)
  const cells = records.pipe(Stream.map((record) => listing.columns.map((column) => column.value(record))))
  const json = records.pipe(
    Stream.mapEffect(listing.json),
    Stream.map((value) => safeJson(value)),
  )

  if (format === "table") {
    const style = { color: screen.outColor, ...(screen.columns === undefined ? {} : { width: screen.columns }) }
    return yield* printTable(titles, cells, style)
  }
  if (format === "markdown") return yield* printLines(markdownHead(titles), Stream.map(cells, markdownLine))
  if (format === "ndjson") return yield* printLines([], json)
  if (format === "json") return yield* printJsonArray(beside, listing.name, json)
  // A file keeps the names as they are; a terminal must not act on them.
  const shown = screen.outIsTerminal ? escapeControls : (text: string) => text
  return yield* printLines(
    [csvLine(titles)],
    Stream.map(cells, (row) => csvLine(row.map(shown))),
    "\r\n",
  )
})

/** Prints a JSON object that ends with an array, one record a line: easy to read, to compare and to cut. */
export const printJsonArray = Effect.fnUntraced(function* <E>(
  before: Readonly<Record<string, unknown>>,
  name: string,
  records: Stream.Stream<string, E>,
) {
  const lines = Stream.zipWithIndex(records).pipe(Stream.map(([line, index]) => (index === 0 ? line : `,${line}`)))
  // `{"a":1,"name":[` of `{"a":1,"name":[]}`.
  yield* printLines([safeJson({ ...before, [name]: [] }).slice(0, -2)], lines)
  yield* printLines(["]}"])
})

const printTable = Effect.fnUntraced(function* <E>(
  titles: ReadonlyArray<string>,
  rows: Stream.Stream<ReadonlyArray<string>, E>,
  style: TableStyle,
): Effect.fn.Return<void, E | OutputError | ExitWith, Screen> {
  const screen = yield* Screen
  let table: Table | undefined
  yield* Stream.runForEach(batches(rowsLaidOut, lengthOfRow)(rows), (some) => {
    const head = table === undefined
    table ??= layTable(titles, some, style)
    return screen.out([...(head ? [table.head] : []), ...some.map(table.line), ""].join("\n"))
  })
  if (table === undefined) yield* printLines([layTable(titles, [], style).head])
})

const lengthOfRow = (cells: ReadonlyArray<string>): number => cells.reduce((sum, cell) => sum + cell.length, 0)

/** Prints lines, many at once. */
export const printLines = Effect.fnUntraced(function* <E = never>(
  head: ReadonlyArray<string>,
  lines: Stream.Stream<string, E> = Stream.empty,
  lineBreak = "\n",
): Effect.fn.Return<void, E | OutputError | ExitWith, Screen> {
  const screen = yield* Screen
  const print = (some: ReadonlyArray<string>) =>
    some.length === 0 ? Effect.void : screen.out(some.join(lineBreak) + lineBreak)
  yield* print(head)
  yield* Stream.runForEach(batches(atOnce, (line: string) => line.length)(lines), print)
})
