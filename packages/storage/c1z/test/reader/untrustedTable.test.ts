// Each row of a list looks up others, so a file without an index for that must get one: else a view of it would take the
// square of its rows.
import { assert, describe, it } from "@effect/vitest"
import { DatabaseSync } from "node:sqlite"
import { lookupIndex } from "../../src/reader/untrustedTable.ts"

const table = (...indexes: ReadonlyArray<string>): DatabaseSync => {
  const database = new DatabaseSync(":memory:")
  database.exec("create table things (id integer primary key, external_id text, sync_id text)")
  for (const index of indexes) database.exec(index)
  return database
}

const made = '"rollcall_lookup_things"'

describe("the index for lookups", () => {
  it("is the one that the file has", () => {
    const database = table('create unique index "odd ""name""" on things (external_id, sync_id)')
    assert.strictEqual(lookupIndex(database, "things"), '"odd ""name"""')
  })

  for (const [what, index] of [
    ["there is none", ""],
    ["one holds the id alone", "create index other on things (external_id)"],
    ["one begins with the sync", "create index other on things (sync_id, external_id)"],
    ["one holds some rows only", "create index other on things (external_id, sync_id) where id > 5"],
    ["one takes other texts for the same", "create index other on things (external_id collate nocase, sync_id)"],
    ["one is on an expression", "create index other on things (upper(external_id), sync_id)"],
  ] as const) {
    it(`is made where ${what}`, () => {
      const database = table(index)
      assert.strictEqual(lookupIndex(database, "things"), made)
      assert.strictEqual(
        database.prepare("select count(*) as there from pragma_index_list('things') where origin = 'c'").get()?.[
          "there"
        ],
        index === "" ? 1 : 2,
      )
    })
  }
})
