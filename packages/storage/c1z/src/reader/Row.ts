// One row of a file, and its values by their expected types. SQLite lets any type stand in any column.
import type { StoreError } from "@rollcall/connector"
import { unreadable } from "./readFailure.ts"

/** A row by column name. */
export type Row = Readonly<Record<string, unknown>>

/** Reads the values of one table's rows. What is of the wrong type throws a StoreError. */
export class RowReader {
  readonly #path: string
  readonly #table: string

  constructor(path: string, table: string) {
    this.#path = path
    this.#table = table
  }

  text(row: Row, column: string): string {
    const value = row[column]
    if (typeof value !== "string") throw this.#wrong(column, "text")
    return value
  }

  textOrNull(row: Row, column: string): string | undefined {
    return row[column] === null ? undefined : this.text(row, column)
  }

  bytes(row: Row, column: string): Uint8Array {
    const value = row[column]
    if (!(value instanceof Uint8Array)) throw this.#wrong(column, "bytes")
    return value
  }

  number(row: Row, column: string): number {
    const value = row[column]
    if (typeof value !== "number") throw this.#wrong(column, "a number")
    return value
  }

  #wrong(column: string, expected: string): StoreError {
    return unreadable(this.#path, `its table ${this.#table} has a row whose ${column} is not ${expected}`)
  }
}
