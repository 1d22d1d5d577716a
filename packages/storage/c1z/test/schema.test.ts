import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { DatabaseSync } from "node:sqlite"
import { c1zTables, createIndexes, createTable, tables } from "../src/schema.ts"
import { columnOf, openWritten, rowsOf } from "./writing/written.ts"

const oracle = fileURLToPath(new URL("../../../../../shared/fixtures/oracle/pro.c1z", import.meta.url))

const ours = (): DatabaseSync => {
  const db = new DatabaseSync(":memory:")
  for (const table of tables) {
    db.exec(createTable(table))
    for (const index of createIndexes(table)) db.exec(index)
  }
  return db
}

/** Columns and indexes as SQLite understands them, whatever the text of the statements. */
const shapeOf = (db: DatabaseSync, table: string) => ({
  columns: rowsOf(
    db,
    `select name, lower(type) as type, "notnull", dflt_value, pk from pragma_table_info(?) order by name`,
    table,
  ),
  indexes: rowsOf(db, `select name, "unique", partial from pragma_index_list(?) order by name`, table).map((index) => ({
    ...index,
    columns: columnOf(db, "select name from pragma_index_info(?) order by seqno", String(index["name"])),
    where: columnOf(db, "select sql from sqlite_schema where name = ?", String(index["name"])).map(
      (sql) =>
        / where .*/i
          .exec(String(sql))?.[0]
          .toLowerCase()
          .replace(/[`"()]/g, "") ?? "",
    ),
  })),
})

describe("the schema", () => {
  for (const { name } of c1zTables) {
    it.effect.skipIf(!existsSync(oracle))(`makes ${name} as the Go SDK does (needs ../shared/fixtures)`, () =>
      Effect.gen(function* () {
        const theirs = yield* openWritten(oracle)
        assert.deepStrictEqual(shapeOf(ours(), name), shapeOf(theirs, name))
      }),
    )
  }

  it("declares every instant as datetime, without which Go reads it as text", () => {
    const instants = tables.flatMap((table) => table.columns.filter((column) => column.name.endsWith("_at")))
    assert.deepStrictEqual(
      [...new Set(instants.map((column) => `${column.name} ${column.declared}`))],
      ["discovered_at datetime not null", "started_at datetime not null", "ended_at datetime"],
    )
  })
})
