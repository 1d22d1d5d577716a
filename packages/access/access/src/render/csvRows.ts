// Comma-separated values read back: rows with the lines that they begin on, as errors name them.
import { Effect, Stream } from "effect"
import { Csv } from "effect/encoding"

/** A row that holds anything, with the number of the line that it begins on. Its cells have no blanks around them. */
export interface CsvRow {
  readonly line: number
  readonly cells: ReadonlyArray<string>
}

/** Bounds of what is read, and how it is written. */
export interface CsvOptions {
  /** Characters of a row. */
  readonly longest: number
  /** Rows that are read; what follows them is left. */
  readonly most: number
  /** What stands between cells: a comma where it is left out. */
  readonly delimiter?: string | undefined
}

/** The rows of comma-separated values by RFC 4180, in UTF-8. */
export const csvRows = (
  bytes: Uint8Array,
  { longest, most, delimiter }: CsvOptions,
): Effect.Effect<ReadonlyArray<CsvRow>, Csv.CsvError> =>
  Stream.make<[Uint8Array]>(bytes).pipe(
    Stream.pipeThroughChannel(Csv.decode({ maxRecordSize: longest, delimiter })),
    Stream.take(most),
    Stream.runCollect,
    Effect.map(numbered),
  )

/** A quoted value may run over several lines. */
const numbered = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<CsvRow> => {
  let next = 1
  return rows.flatMap((row) => {
    const line = next
    next += 1 + row.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0)
    const cells = row.map((cell) => cell.trim())
    return cells.length === 1 && cells[0] === "" ? [] : [{ line, cells }]
  })
}
