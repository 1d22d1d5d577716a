// What is exported, whatever the format: tables with typed columns, whose rows come as a stream.
import type { StoreError } from "@rollcall/connector"
import type { Stream } from "effect"

/**
 * What a column holds. `instant` is RFC 3339 text, and a date in xlsx; `list` holds texts: an array in NDJSON, a JSON array in
 * SQLite, and texts joined by `; ` in CSV and xlsx.
 */
export type ColumnType = "text" | "list" | "boolean" | "integer" | "number" | "instant"

/** A cell; `null` where there is nothing. What is not known is told by a word or a column of its own, and never by `null` alone. */
export type Cell = string | number | boolean | ReadonlyArray<string> | null

/** A row: a cell for each column. */
export type Row = ReadonlyArray<Cell>

/** A column of a table. */
export interface Column {
  /** Lower case, with digits and `_`. */
  readonly name: string
  readonly type: ColumnType
  readonly description: string
}

/** A column that is made of a record. */
export interface ColumnOf<A> extends Column {
  readonly value: (record: A) => Cell | undefined
}

/** A table. Its name is fit for a file, a sheet and SQL without quotes. */
export interface Table {
  readonly name: string
  readonly columns: ReadonlyArray<Column>
  readonly rows: Stream.Stream<Row, StoreError>
}

/** The cells of a record. Texts are made fit for every format. */
export const rowOf = <A>(columns: ReadonlyArray<ColumnOf<A>>, record: A): Row =>
  columns.map(({ value }) => {
    const cell = value(record) ?? null
    if (typeof cell === "string") return fitText(cell)
    return Array.isArray(cell) ? cell.map((text: string) => fitText(text)) : cell
  })

// A NUL ends the text in some readers, and half a surrogate pair is nothing that UTF-8 can say.
const fitText = (text: string): string => (text.isWellFormed() ? text : text.toWellFormed()).replaceAll("\0", "\ufffd")

/** The text of a list where a format has none. */
export const joined = (list: ReadonlyArray<string>): string => list.join("; ")

/** A name of lower-case letters, digits and `_`, which differs from those that were taken and is taken then. */
export const takeName = (wanted: string, taken: Set<string>, longest: number): string => {
  const words = wanted.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/gu, "_").toLowerCase()
  const plain = words.replaceAll(/[^a-z0-9]+/gu, "_").replaceAll(/^_+|_+$/gu, "") || "other"
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? "" : `_${count}`
    const name = plain.slice(0, longest - suffix.length) + suffix
    if (taken.has(name)) continue
    taken.add(name)
    return name
  }
}
