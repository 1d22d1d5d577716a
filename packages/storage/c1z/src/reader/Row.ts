// One row of a file: its table, its values by their expected types, and what they name. SQLite lets any type stand in any column.
import type { RecordKind } from "@rollcall/c1-protocol"
import type { StoreError, ResourceId } from "@rollcall/connector"
import { unreadable } from "./readFailure.ts"

/** The table of each kind of record. */
export const recordTables: Record<RecordKind, string> = {
  resourceType: "v1_resource_types",
  resource: "v1_resources",
  entitlement: "v1_entitlements",
  grant: "v1_grants",
}

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

/** The resource that an entitlement or a grant is on. */
export const resourceIdOf = (read: RowReader, row: Row): ResourceId => ({
  resourceType: read.text(row, "resource_type_id"),
  resource: read.text(row, "resource_id"),
})

/** Who holds a grant. */
export const principalIdOf = (read: RowReader, row: Row): ResourceId => ({
  resourceType: read.text(row, "principal_resource_type_id"),
  resource: read.text(row, "principal_resource_id"),
})
