import { assert, describe, it } from "@effect/vitest"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import type { Redacted } from "effect"
import { Effect } from "effect"
import type { DatabaseSession, Migration } from "../src/index.ts"
import { Database, databaseLayer, migrations } from "../src/index.ts"

const freshDatabase = Effect.flatMap(sharedPostgres, (server) => server.freshDatabase)

/** Opens the database as a worker that knows these steps. */
const asWorker = <A, E>(
  url: Redacted.Redacted,
  known: ReadonlyArray<Migration> | undefined,
  work: (database: DatabaseSession) => Effect.Effect<A, E>,
) => Effect.provide(Database.use(work), databaseLayer({ url, migrations: known }))

const first: Migration = { version: 1, oldestWorker: 1, sql: "create table rollcall_one (old text);" }
const expanded: Migration = { version: 2, oldestWorker: 1, sql: "alter table rollcall_one add column fresh text;" }
const contracted: Migration = { version: 3, oldestWorker: 2, sql: "alter table rollcall_one drop column old;" }

const steps = ({ sql, run }: DatabaseSession) =>
  run(sql<{ version: number }>`select version from rollcall_schema order by version`).pipe(
    Effect.map((rows) => rows.map(({ version }) => version)),
  )

describe.skipIf(!hasPostgres)("the tables of the database", () => {
  it.live("are made once by workers that start at the same time, and found by those that come later", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const all = migrations.map(({ version }) => version)
      const seen = yield* Effect.all(
        Array.from({ length: 4 }, () => asWorker(url, undefined, steps)),
        { concurrency: "unbounded" },
      )
      for (const one of [...seen, yield* asWorker(url, undefined, steps)]) assert.deepStrictEqual(one, all)
      const names = yield* asWorker(url, undefined, ({ sql, run }) =>
        run(sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`),
      )
      assert.deepStrictEqual(
        names.filter(({ name }) => !name.startsWith("rollcall_")),
        [],
      )
    }),
  )

  it.live("leave the worker before able to run, and one that is older not: it ends as a wrong setting does", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const use = ({ sql, run }: DatabaseSession) => run(sql`select old from rollcall_one`)
      yield* asWorker(url, [first], use)
      yield* asWorker(url, [first, expanded], use)
      assert.deepStrictEqual(yield* asWorker(url, [first], use), [])
      yield* asWorker(url, [first, expanded, contracted], ({ sql, run }) => run(sql`select fresh from rollcall_one`))
      assert.deepStrictEqual(yield* asWorker(url, [first, expanded], steps), [1, 2, 3])
      const error = yield* Effect.flip(asWorker(url, [first], use))
      assert.deepInclude(error, { reason: "SchemaTooNew", kind: "configuration" })
      assert.include(error.message, "of version 3, which workers from version 2 on can use: this one has version 1")
    }),
  )

  it.live("are as they were where a step fails, and the worker says so", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const broken = { version: 2, oldestWorker: 1, sql: "create table rollcall_two (n integer); select 1 / 0;" }
      const error = yield* Effect.flip(asWorker(url, [first, broken], steps))
      assert.strictEqual(error.reason, "Failed")
      assert.deepStrictEqual(yield* asWorker(url, [first], steps), [1])
      const [two] = yield* asWorker(url, [first], ({ sql, run }) => run(sql`select to_regclass('rollcall_two') as it`))
      assert.deepStrictEqual(two, { it: null })
    }),
  )

  it("count up from 1, and never ask for a worker that is newer than themselves", () => {
    assert.strictEqual(migrations[0]?.version, 1)
    for (const [at, { version, oldestWorker }] of migrations.entries()) {
      assert.isAbove(version, migrations[at - 1]?.version ?? 0)
      assert.isAtMost(oldestWorker, version)
    }
  })
})
