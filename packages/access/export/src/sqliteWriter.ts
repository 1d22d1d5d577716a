// A SQLite database with a table for each of ours. It is built without a journal: until it is whole, nobody reads it.
import { closeSync, openSync } from "node:fs"
import type { StatementSync } from "node:sqlite"
import { DatabaseSync } from "node:sqlite"
import type { Cell, ColumnType, Row, Table } from "./Table.ts"
import type { TableWriter } from "./TableWriter.ts"

const types: Readonly<Record<ColumnType, string>> = {
  text: "text",
  list: "text",
  instant: "text",
  boolean: "integer",
  integer: "integer",
  number: "real",
}

/** What large tables are asked for by. */
const indexes: Readonly<Record<string, ReadonlyArray<ReadonlyArray<string>>>> = {
  memberships: [["principal_type", "principal_id"], ["entitlement_id"]],
}

/** Writes the database file, which is not there yet. */
export const sqliteWriter = (path: string): TableWriter => {
  // SQLite itself would make it with the rights that the user's other files have.
  closeSync(openSync(path, "wx", 0o600))
  const database = new DatabaseSync(path)
  database.exec(
    "pragma journal_mode = off; pragma synchronous = off; pragma temp_store = file; pragma cache_size = -8000",
  )
  let insert: StatementSync | undefined
  let open: Pick<Table, "name" | "columns"> | undefined
  return {
    begin: (table) => {
      const columns = table.columns.map(({ name, type }) => `"${name}" ${types[type]}`)
      database.exec(`create table "${table.name}" (${columns.join(", ")}) strict`)
      insert = database.prepare(`insert into "${table.name}" values (${columns.map(() => "?").join(", ")})`)
      open = table
      database.exec("begin")
    },
    write: (rows: ReadonlyArray<Row>) => {
      for (const row of rows) insert?.run(...row.map(sqlValue))
    },
    end: () => {
      database.exec("commit")
      for (const columns of indexes[open?.name ?? ""] ?? []) {
        database.exec(`create index "${[open?.name, ...columns].join("_")}" on "${open?.name}" (${columns.join(", ")})`)
      }
    },
    finish: () => database.close(),
    close: () => {
      if (database.isOpen) database.close()
    },
    cut: () => [],
  }
}

const sqlValue = (cell: Cell): string | number | null => {
  if (typeof cell === "boolean") return cell ? 1 : 0
  return typeof cell === "object" && cell !== null ? JSON.stringify(cell) : cell
}
