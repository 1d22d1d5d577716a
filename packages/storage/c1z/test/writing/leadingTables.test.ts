// The tables that tell what a file holds stand in its first pages, whatever it holds, so that they are read without the rest.
import { assert, describe, it } from "@effect/vitest"
import type { Coverage } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { leadingTables } from "../../src/schema.ts"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { person, resultOf, syncOnce } from "./smallSync.ts"
import { columnOf, freshOutput, openWritten } from "./written.ts"

const people = Array.from({ length: 400 }, (_, number) => person(`p${number}`))

/** As much as a workspace with many gaps has; it takes pages beyond the one of the row. */
const coverage: ReadonlyArray<Coverage> = Array.from({ length: 4 }, (_, number) => ({
  resourceType: number === 0 ? "user" : `type${number}`,
  state: "partial",
  gaps: [
    { resourceType: "user", reason: "plan", missing: "things", explanation: "Why they are missing. ".repeat(300) },
  ],
}))

const publish = (output: string) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Math.max(yield* Clock.currentTimeMillis, Date.UTC(2026, 0, 1)))
    yield* TestClock.adjust("1 hour")
    const layer = workStoreLayer({ output, keepSyncs: 3 })
    return yield* Effect.provide(syncOnce({ resources: people }, resultOf({ coverage })), layer, { local: true })
  })

describe("what tells what a file holds", () => {
  it.effect.each([1, 2, 3])("stands before all of its records, where it has %d syncs", (syncs) =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      for (let published = 0; published < syncs; published++) yield* publish(output)
      const db = yield* openWritten(output)
      const leading = JSON.stringify(leadingTables.map(({ name }) => name))
      const isLeading = `(name = 'sqlite_schema'
        or name in (select s.name from sqlite_schema as s where s.tbl_name in (select value from json_each('${leading}'))))`
      const [last = 0] = columnOf(db, `select max(pageno) from dbstat where ${isLeading}`)
      const [first = 0] = columnOf(db, `select min(pageno) from dbstat where not ${isLeading} and path <> '/'`)
      assert.isBelow(Number(last), Number(first))
      assert.deepStrictEqual(columnOf(db, "select count(*) from v1_sync_runs where stats like '{%}'"), [syncs])
      assert.deepStrictEqual(columnOf(db, "pragma freelist_count"), [0])
      // Else the first page would be all of the schema, and this would hold without care.
      assert.isAbove(Number(columnOf(db, "select count(*) from dbstat where name = 'sqlite_schema'")[0]), 2)
    }),
  )
})
