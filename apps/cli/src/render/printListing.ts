// Prints records in the form that was asked for, as they come, so that a large file takes no more memory than a small
// one. The table is for people; the other forms are those of the read model.
import type { Listing, ListingFormat, ListingOptions } from "@rollcall/access/render"
import { batches, cellsOf, renderJsonArray, renderLines, renderListing, shownIn } from "@rollcall/access/render"
import { Effect, Stream } from "effect"
import type { ExitWith } from "../errors.ts"
import type { OutputError } from "../Screen.ts"
import { errLines, Screen } from "../Screen.ts"
import type { Table } from "./table.ts"
import { layTable } from "./table.ts"

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

/** Prints lines, many at once. */
export const printLines = <E = never>(...lines: Parameters<typeof renderLines<E>>) => print(renderLines(...lines))

const print = <E, R>(text: Stream.Stream<string, E, R>) =>
  Effect.flatMap(Screen, (screen) => Stream.runForEach(text, screen.out))

const tableText = <A, E, E2>(whole: Listing<A, E2>, records: Stream.Stream<A, E>): Stream.Stream<string, E, Screen> =>
  Stream.unwrap(
    Effect.map(Screen, ({ outColor, columns }) => {
      const listing = shownIn("table", whole)
      const style = { color: outColor, width: columns }
      const rows = batches(rowsLaidOut, lengthOfRow)(Stream.map(records, cellsOf(listing)))
      let table: Table | undefined
      const body = Stream.mapEffect(rows, (some) => {
        const isFirst = table === undefined
        const laid = (table ??= layTable(listing.columns, some, style))
        const text = [...(isFirst ? [laid.head] : []), ...some.map(laid.line), ""].join("\n")
        return isFirst ? Effect.as(errLines(noRoomFor(laid.leftOut)), text) : Effect.succeed(text)
      })
      const headAlone = Stream.suspend(() =>
        table === undefined ? Stream.succeed(`${layTable(listing.columns, [], style).head}\n`) : Stream.empty,
      )
      return Stream.concat(body, headAlone)
    }),
  )

const noRoomFor = (titles: ReadonlyArray<string>): ReadonlyArray<string> =>
  titles.length === 0 ? [] : [`note: The terminal has no room for ${titles.join(", ")}; --wide shows all columns.`]

const lengthOfRow = (cells: ReadonlyArray<string>): number => cells.reduce((sum, cell) => sum + cell.length, 0)
