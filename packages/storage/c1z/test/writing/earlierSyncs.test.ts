import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { zstdCompressSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { SyncStore } from "@rollcall/connector"
import { Clock, Context, Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import type { WorkStoreOptions } from "../../src/WorkStore.ts"
import { workStoreLayer } from "../../src/WorkStore.ts"
import type { Rows } from "../reader/forge.ts"
import { c1z, outOfOrder, packed, sqlite, v1 } from "../reader/forge.ts"
import { person, syncOnce } from "./smallSync.ts"
import { columnOf, decoded, freshOutput, openWritten, rowsOf } from "./written.ts"

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../../../../shared/fixtures/c1z/${name}`, import.meta.url))

/** Publishes one sync of one person, an hour after the one before, and later than the files that others wrote. */
const publish = (output: string, name: string, options: Partial<WorkStoreOptions> = {}) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Math.max(yield* Clock.currentTimeMillis, Date.UTC(2026, 0, 1)))
    yield* TestClock.adjust("1 hour")
    const layer = workStoreLayer({ ...options, output })
    return (yield* Effect.provide(syncOnce({ resources: [person(name)] }), layer, { local: true })).published
  })

describe("the syncs of the previous file", () => {
  it.effect("go along up to two full ones, the oldest goes, and nothing of it stays", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const syncs = yield* Effect.forEach(["ada", "bob", "cy"], (name) => publish(output, name))
      const db = yield* openWritten(output)
      const kept = syncs.slice(1).map((sync) => sync.syncId)
      assert.deepStrictEqual(columnOf(db, "select sync_id from v1_sync_runs order by id"), kept)
      assert.deepStrictEqual(columnOf(db, "select external_id from v1_resources order by id"), ["user:bob", "user:cy"])
      for (const table of ["v1_resource_types", "v1_resources", "rollcall_coverage"]) {
        assert.deepStrictEqual(columnOf(db, `select distinct sync_id from ${table} order by 1`), kept.toSorted(), table)
      }
      assert.deepStrictEqual(columnOf(db, "pragma freelist_count"), [0])
    }),
  )

  it.effect("keep their rows as they were", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* publish(output, "ada")
      const before = rowsOf(yield* openWritten(output), "select * from v1_resources")
      const runBefore = rowsOf(yield* openWritten(output), "select * from v1_sync_runs")
      yield* publish(output, "bob")
      const db = yield* openWritten(output)
      assert.deepStrictEqual(rowsOf(db, "select * from v1_resources where id = 1"), before)
      assert.deepStrictEqual(rowsOf(db, "select * from v1_sync_runs where id = 1"), runBefore)
    }),
  )

  for (const name of ["v1-expanded.c1z", "v1-unexpanded.c1z"]) {
    it.effect.skipIf(!existsSync(fixture(name)))(
      `by an older Go SDK go along: ${name} (needs ../shared/fixtures)`,
      () =>
        Effect.gen(function* () {
          const output = yield* freshOutput
          writeFileSync(output, readFileSync(fixture(name)))
          const theirs = yield* openWritten(output)
          yield* publish(output, "ada")
          const ours = yield* openWritten(output)
          const old = "36zfOAoWMxQdISbixanQCRBiX7E"
          for (const table of ["v1_resource_types", "v1_resources", "v1_entitlements", "v1_grants"]) {
            const sql = `select external_id, data, discovered_at from ${table} where sync_id = ? order by id`
            assert.deepStrictEqual(rowsOf(ours, sql, old), rowsOf(theirs, sql, old), table)
          }
          const run = "select sync_id, started_at, ended_at, sync_token, sync_type from v1_sync_runs where sync_id = ?"
          assert.deepStrictEqual(rowsOf(ours, run, old), rowsOf(theirs, run, old))
          assert.lengthOf(columnOf(ours, "select sync_id from v1_sync_runs"), 2)
        }),
    )
  }

  it.effect("go along from a file that lacks columns and tables, and has some that are not known", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const theirs = sqlite((db) =>
        db.exec(`
          create table v1_sync_runs (id integer primary key, sync_id text, started_at datetime, ended_at datetime, sync_token text, mood text);
          insert into v1_sync_runs values (7, 's1', '2020-01-01 00:00:00', '2020-01-01 01:00:00', '', 'good');
          create table v1_resources (id integer primary key, resource_type_id text, external_id text, data blob, sync_id text, discovered_at datetime, colour text);
          insert into v1_resources values (9000000000000, 'user', 'user:x', x'00', 's1', '2020-01-01 00:00:00', 'red');
        `),
      )
      writeFileSync(output, packed(theirs))
      yield* publish(output, "ada")
      const db = yield* openWritten(output)
      assert.deepStrictEqual(columnOf(db, "select external_id from v1_resources order by id"), ["user:x", "user:ada"])
      assert.deepStrictEqual(
        rowsOf(db, "select sync_type, supports_diff, stats from v1_sync_runs where sync_id = 's1'"),
        [{ sync_type: "full", supports_diff: 0, stats: null }],
      )
      assert.deepStrictEqual(columnOf(db, "select count(*) from v1_grants"), [0])
    }),
  )

  const run = `
    create table v1_sync_runs (id integer primary key, sync_id text, started_at datetime, ended_at datetime, sync_token text);
    insert into v1_sync_runs values (1, 'sync1', '2020-01-01 00:00:00', '2020-01-01 01:00:00', '');
  `
  /** So many rows of a few bytes, which a default of so many makes longer. */
  const defaulted = (rows: number, length: number) =>
    sqlite((db) => {
      db.exec(`${run} create table v1_resources (id integer primary key, sync_id text, data blob, discovered_at text)`)
      db.exec(`with recursive n(id) as (select 1 union all select id + 1 from n limit ${rows})
        insert into v1_resources select id, 'sync1', x'00', '' from n`)
      for (const column of ["external_id", "resource_type_id"]) {
        db.exec(`alter table v1_resources add column ${column} text default '${"x".repeat(length)}'`)
      }
    })
  const ineligible: ReadonlyArray<readonly [string, Buffer]> = [
    ["lack what every sync has", sqlite((db) => db.exec(run.replaceAll(/, sync_token text|, ''/g, "")))],
    ["are a view", sqlite((db) => db.exec(`${run} create view v1_resources as select 1 as id, 'other' as sync_id`))],
    [
      "compute their columns",
      sqlite((db) =>
        db.exec(`${run} create table v1_resources (id integer primary key, sync_id text, data blob as (zeroblob(9)))`),
      ),
    ],
    ["lie on pages that are out of order", outOfOrder()],
    ["have a huge default", defaulted(100, 1_000_000)],
    ["would take far more room than the file has", defaulted(30_000, 60)],
  ]
  for (const [what, database] of ineligible) {
    it.effect(`that ${what} cannot be carried on, and the file stays as it is`, () =>
      Effect.gen(function* () {
        const output = yield* freshOutput
        writeFileSync(output, packed(database))
        const before = readFileSync(output)
        const error = yield* Effect.flip(publish(output, "ada"))
        assert.deepStrictEqual(
          [error.reason, readFileSync(output).equals(before)],
          ["CannotReplace", true],
          error.message,
        )
        assert.include("hint" in error ? error.hint : "", "Move that file away")
        assert.deepStrictEqual(readdirSync(dirname(output)), ["sync.c1z", "sync.c1z.work"])
      }),
    )
  }
})

describe("a file that would unpack to more than the limit", () => {
  it.effect("holds the new sync alone, and a note says so", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* publish(output, "ada")
      const size = decoded(output).length
      const published = yield* publish(output, "b".repeat(900), { maxDecodedBytes: size })
      const db = yield* openWritten(output)
      assert.deepStrictEqual(columnOf(db, "select sync_id from v1_sync_runs"), [published.syncId])
      assert.match(published.notes.join(), /^With its earlier syncs the file would unpack to more than 1 MiB/)
    }),
  )

  it.effect("holds the new sync alone when the earlier ones pass it by themselves", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* publish(output, "ada")
      const published = yield* publish(output, "bob", { maxDecodedBytes: 4096 })
      assert.deepStrictEqual(columnOf(yield* openWritten(output), "select sync_id from v1_sync_runs"), [
        published.syncId,
      ])
      assert.lengthOf(published.notes, 2)
      assert.include(published.notes[1], "readers that stop at")
    }),
  )

  it.effect("holds the new sync alone when the earlier ones do not say how large they are", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const frame = zstdCompressSync(Buffer.alloc(60_000))
      writeFileSync(output, v1(frame, frame))
      const published = yield* publish(output, "ada", { maxDecodedBytes: 100_000 })
      assert.deepStrictEqual(columnOf(yield* openWritten(output), "select sync_id from v1_sync_runs"), [
        published.syncId,
      ])
      assert.match(published.notes.join(), /^With its earlier syncs the file would unpack to more than/)
    }),
  )

  it.effect("and does not, has no note", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* publish(output, "ada")
      assert.deepStrictEqual((yield* publish(output, "bob")).notes, [])
    }),
  )
})

describe("an earlier sync whose time lies after now", () => {
  it.effect("is not kept, with a warning that names it, so that readers by time and by order show the same", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const late = yield* publish(output, "ada")
      yield* TestClock.setTime(late.startedAt - 86_400_000)
      const layer = workStoreLayer({ output })
      const { published } = yield* Effect.provide(syncOnce({ resources: [person("bob")] }), layer, { local: true })
      const db = yield* openWritten(output)
      assert.deepStrictEqual(columnOf(db, "select sync_id from v1_sync_runs"), [published.syncId])
      assert.deepStrictEqual(columnOf(db, "select distinct sync_id from v1_resources"), [published.syncId])
      assert.deepStrictEqual(
        published.warnings.map(({ code, message }) => [code, message.includes(late.syncId)]),
        [["sync-after-now", true]],
      )
    }),
  )

  it.effect("goes also where it is unfinished, or only its end lies after now", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      writeFileSync(
        output,
        c1z((rows) => {
          rows.sync("kept", { startedAt: "2025-12-01 00:00:00", endedAt: "2025-12-01 00:00:01" })
          rows.sync("ends", { startedAt: "2025-12-01 00:00:00", endedAt: "2026-12-01 00:00:01" })
          rows.sync("unfinished", { startedAt: "2026-12-01 00:00:00" })
        }),
      )
      const { syncId, warnings } = yield* publish(output, "ada")
      const db = yield* openWritten(output)
      assert.deepStrictEqual(columnOf(db, "select sync_id from v1_sync_runs order by id"), ["kept", syncId])
      assert.lengthOf(warnings, 2)
    }),
  )
})

describe("whose data an earlier sync is", () => {
  const tenantsOf = (fill: (rows: Rows) => void, tenantType?: string) =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      writeFileSync(output, c1z(fill))
      const store = yield* Layer.build(workStoreLayer({ output }))
      return (yield* Context.get(store, SyncStore).earlier(tenantType)).map((sync) => sync.tenants.map(({ id }) => id))
    })
  const twoWorkspaces = (rows: Rows) => {
    rows.sync("theirs", { endedAt: "2026-01-01 00:00:01" })
    rows.resource("workspace", "T1")
    rows.resource("user", "U1")
    rows.resource("workspace", "T2")
  }

  it.effect("is told by its resources of the type that the connector names, where another program wrote it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* tenantsOf(twoWorkspaces, "workspace"), [["T1", "T2"]])
    }),
  )

  it.effect("is not known without that type, nor where it shows none of it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* tenantsOf(twoWorkspaces), [[]])
      assert.deepStrictEqual(yield* tenantsOf(twoWorkspaces, "organisation"), [[]])
    }),
  )
})
