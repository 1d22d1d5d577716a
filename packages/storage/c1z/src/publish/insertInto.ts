// Insert statements derived from the schema, so that a column is named in one place.
import type { DatabaseSync, SQLInputValue } from "node:sqlite"
import type { Table } from "../schema.ts"
import { tables } from "../schema.ts"

const tableNamed = (name: string): Table => {
  const table = tables.find((it) => it.name === name)
  if (table === undefined) throw new Error(`The schema has no table ${name}.`)
  return table
}

/** Prepares an insert of these columns into a table of the schema; the rest take their defaults. */
export const insertInto = (
  db: DatabaseSync,
  name: string,
  columns: ReadonlyArray<string>,
): ((...values: ReadonlyArray<SQLInputValue>) => void) => {
  const known = tableNamed(name).columns.map((it) => it.name)
  const unknown = columns.filter((it) => !known.includes(it))
  if (unknown.length > 0) throw new Error(`The table ${name} has no column ${unknown.join(", ")}.`)
  const statement = db.prepare(
    `insert into ${name} (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`,
  )
  return (...values) => void statement.run(...values)
}
