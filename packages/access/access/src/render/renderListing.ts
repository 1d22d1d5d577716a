// Records as text: CSV, Markdown, JSON, or a JSON record a line. The text comes as the records do, so that a large file takes
// no more memory than a small one.
import type { Effect } from "effect"
import { Stream } from "effect"
import { csvCell, csvLine, csvLines, escapeControls, markdownHead, markdownLine, safeJson } from "./safeText.ts"

/** How records of one kind are shown. */
export interface Listing<A, E = never> {
  /** The member of the JSON object that holds them. */
  readonly name: string
  readonly columns: ReadonlyArray<Column<A>>
  readonly json: (record: A) => Effect.Effect<object, E>
}

/** A column of a table, of CSV or of Markdown, and a member of flat JSON. */
export interface Column<A> {
  /** Its name where columns are chosen and in flat JSON, such as `principalId`; the title in camel case when absent. */
  readonly key?: string | undefined
  readonly title: string
  readonly value: (record: A) => string
  /** Its value in flat JSON, where that is more than the text; null where it is not known. */
  readonly json?: ((record: A) => JsonCell) | undefined
  /**
   * Where it is shown unless columns are chosen: `always`; `ifRoom`, where a table has room for it, and in other forms; `csv`,
   * in CSV alone; `chosen`, nowhere. `always` when absent.
   */
  readonly shown?: "always" | "ifRoom" | "csv" | "chosen" | undefined
  /** Whether it holds ids, which no table cuts off. */
  readonly isId?: boolean | undefined
  /** What has to be looked up for it. */
  readonly needs?: "kinds" | "members" | "since" | undefined
}

/** A value in flat JSON. */
export type JsonCell = string | number | boolean | null | ReadonlyArray<string>

/** The forms in which a listing can be written. */
export type ListingFormat = "csv" | "markdown" | "json" | "ndjson"

/** How a listing is written. */
export interface ListingOptions {
  readonly format: ListingFormat
  /** Members of the JSON object next to the records; other forms have no place for them. */
  readonly members?: Readonly<Record<string, unknown>> | undefined
  /**
   * Escapes control characters in CSV too, for a terminal that would act on them. Without it CSV keeps names as they are;
   * the other forms never hold any.
   */
  readonly escapeControls?: boolean | undefined
  /** Writes JSON as flat objects of the columns. */
  readonly flat?: boolean | undefined
  /** Begins CSV with a byte order mark, by which spreadsheets know UTF-8. */
  readonly byteOrderMark?: boolean | undefined
}

/** Records that are written together. */
const linesAtOnce = 256

/** The cells of a record, by the columns of its listing. */
export const cellsOf =
  <A>({ columns }: Pick<Listing<A>, "columns">) =>
  (record: A): ReadonlyArray<string> =>
    columns.map((column) => column.value(record))

/**
 * The records as text of the form, in pieces of many lines; those columns that the form shows. CSV ends its lines with CRLF
 * (RFC 4180).
 */
export const renderListing = <A, E, E2>(
  whole: Listing<A, E>,
  records: Stream.Stream<A, E2>,
  { format, members = {}, escapeControls: forTerminal = false, flat = false, byteOrderMark = false }: ListingOptions,
): Stream.Stream<string, E | E2> => {
  switch (format) {
    case "csv":
    case "markdown":
      return renderRows(whole, { format, escapeControls: forTerminal, byteOrderMark }, (line) =>
        Stream.map(records, line),
      )
    case "json":
      return renderJsonArray(members, whole.name, jsonOf(shownIn(format, whole), records, flat))
    case "ndjson":
      return renderLines([], jsonOf(shownIn(format, whole), records, flat))
  }
}

/** CSV or Markdown of records that whoever reads them turns into lines, by the function that `lines` is given. */
export const renderRows = <A, E, E2>(
  whole: Listing<A, E>,
  options: Pick<ListingOptions, "escapeControls" | "byteOrderMark"> & { readonly format: "csv" | "markdown" },
  lines: (line: (record: A) => string) => Stream.Stream<string, E2>,
): Stream.Stream<string, E2> => {
  const listing = shownIn(options.format, whole)
  const titles = listing.columns.map((column) => column.title)
  const cells = cellsOf(listing)
  if (options.format === "markdown") {
    return renderLines(
      markdownHead(titles),
      lines((record) => markdownLine(cells(record))),
    )
  }
  const head = `${options.byteOrderMark === true ? "\ufeff" : ""}${csvLine(titles)}`
  const line = csvLines(options.escapeControls === true ? (cell) => csvCell(escapeControls(cell)) : csvCell)
  return renderLines(
    [head],
    lines((record) => line(cells(record))),
    "\r\n",
  )
}

/** The listing with the columns that a form shows. */
export const shownIn = <A, E>(format: "table" | ListingFormat, listing: Listing<A, E>): Listing<A, E> => ({
  ...listing,
  columns: listing.columns.filter(
    ({ shown = "always" }) => shown !== "chosen" && (format === "csv" || shown !== "csv"),
  ),
})

const jsonOf = <A, E, E2>(
  listing: Listing<A, E>,
  records: Stream.Stream<A, E2>,
  flat: boolean,
): Stream.Stream<string, E | E2> =>
  flat
    ? Stream.map(records, (record) => safeJson(flatJson(listing, record)))
    : records.pipe(
        Stream.mapEffect(listing.json),
        Stream.map((value) => safeJson(value)),
      )

/** A record as an object with a member for each column. */
export const flatJson = <A>({ columns }: Pick<Listing<A>, "columns">, record: A): Readonly<Record<string, JsonCell>> =>
  Object.fromEntries(
    columns.map((column) => [keyOf(column), column.json === undefined ? column.value(record) : column.json(record)]),
  )

/** The key of a column. */
export const keyOf = ({ key, title }: Pick<Column<never>, "key" | "title">): string =>
  key ?? title.toLowerCase().replaceAll(/[^a-z0-9]+(.)?/gu, (_, next: string | undefined) => next?.toUpperCase() ?? "")

/** A JSON object that ends with an array, one record a line: easy to read, to compare and to cut. */
export const renderJsonArray = <E>(
  before: Readonly<Record<string, unknown>>,
  name: string,
  records: Stream.Stream<string, E>,
): Stream.Stream<string, E> => {
  const lines = Stream.zipWithIndex(records).pipe(Stream.map(([line, index]) => (index === 0 ? line : `,${line}`)))
  return Stream.concat(renderLines([jsonArrayHead(before, name)], lines), renderLines(["]}"]))
}

/** `{"a":1,"name":[` of `{"a":1,"name":[]}`. */
const jsonArrayHead = (before: Readonly<Record<string, unknown>>, name: string): string =>
  safeJson({ ...before, [name]: [] }).slice(0, -2)

/** Records as `renderListing` writes them in JSON, of lines that are written already; how they have to be is handed to `lines`. */
export const renderJsonLines = <E>(
  format: "json" | "ndjson",
  name: string,
  members: Readonly<Record<string, unknown>>,
  lines: (form: {
    readonly stringify: (value: unknown) => string
    readonly separator: string
  }) => Stream.Stream<Uint8Array, E>,
): Stream.Stream<string | Uint8Array, E> => {
  const stringify = (value: unknown) => safeJson(value)
  if (format === "ndjson") return lines({ stringify, separator: "" })
  const records: Stream.Stream<string | Uint8Array, E> = lines({ stringify, separator: "," })
  return Stream.make(`${jsonArrayHead(members, name)}\n`).pipe(
    Stream.concat(records),
    Stream.concat(Stream.make("]}\n")),
  )
}

/** Lines as text in pieces of many lines; the head is a piece of its own. */
export const renderLines = <E = never>(
  head: ReadonlyArray<string>,
  lines: Stream.Stream<string, E> = Stream.empty,
  lineBreak = "\n",
): Stream.Stream<string, E> =>
  Stream.concat(Stream.succeed(head), batches(linesAtOnce, (line: string) => line.length)(lines)).pipe(
    Stream.filter((some) => some.length > 0),
    Stream.map((some) => some.join(lineBreak) + lineBreak),
  )

/** Characters of a batch, after which it ends whatever the number of its records. */
const mostCharacters = 1024 * 1024

/**
 * Records joined to batches that are written at once, of at most so many records: many small ones or few large ones, so that
 * memory stays bounded whatever a file holds.
 */
export const batches =
  <A>(mostRecords: number, lengthOf: (record: A) => number) =>
  <E, R>(records: Stream.Stream<A, E, R>): Stream.Stream<ReadonlyArray<A>, E, R> =>
    records.pipe(
      Stream.mapAccumArray(
        () => ({ batch: [] as ReadonlyArray<A>, characters: 0 }),
        ({ batch, characters }, some) => {
          const full: Array<ReadonlyArray<A>> = []
          let open = [...batch]
          for (const record of some) {
            open.push(record)
            characters += lengthOf(record)
            if (open.length < mostRecords && characters < mostCharacters) continue
            full.push(open)
            open = []
            characters = 0
          }
          return [{ batch: open, characters }, full]
        },
        { onHalt: ({ batch }) => (batch.length === 0 ? [] : [batch]) },
      ),
    )
