// What values become on their way through the client, and that our statements are safe from what would be lost: the client is run, since
// what it does with a type may change with its version.
import { assert, describe, it } from "@effect/vitest"
import { ConnectionStore } from "@rollcall/connection-store"
import { ChangeStore, LeaseStore } from "@rollcall/plan"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { Effect, Layer } from "effect"
import {
  Board,
  changeStorePostgres,
  connectionStorePostgres,
  Database,
  databaseLayer,
  leaseStorePostgres,
  Runs,
} from "../src/index.ts"

const database = Layer.unwrap(
  Effect.map(
    Effect.flatMap(sharedPostgres, (server) => server.freshDatabase),
    (url) => databaseLayer({ url }),
  ),
)
const stores = Layer.mergeAll(
  Board.layer,
  Runs.layer,
  connectionStorePostgres,
  Layer.orDie(changeStorePostgres("sales")),
  leaseStorePostgres("sales"),
)
const all = Layer.orDie(Layer.provideMerge(stores, database))

/** The most values that a statement of the client takes. */
const mostValues = 32_767

describe.skipIf(!hasPostgres)("values on their way through the client", () => {
  it.live("are of these types: none that our rows are read as otherwise", () =>
    Effect.gen(function* () {
      const { sql, run } = yield* Database
      const [row] = yield* run(
        sql<Record<string, unknown>>`select 9007199254740993::int8 as int8, 1::int4 as int4, date '2026-11-30' as date,
          'infinity'::timestamptz as never, '-Infinity'::float8 as float8, ${new Uint8Array([0, 255])}::bytea as bytea`,
      )
      assert.deepStrictEqual(
        { ...row, never: undefined },
        {
          int8: 9_007_199_254_740_993n,
          int4: 1,
          date: "2026-11-30",
          never: undefined,
          float8: Number.NEGATIVE_INFINITY,
          bytea: new Uint8Array([0, 255]),
        },
      )
      assert.isTrue(row?.["never"] instanceof Date && Number.isNaN(row["never"].getTime()))
    }).pipe(Effect.provide(database)),
  )

  it.live("more than a statement takes fail, and the connection goes on", () =>
    Effect.gen(function* () {
      const { sql, run } = yield* Database
      const asked = (count: number) => {
        const places = Array.from({ length: count }, (_, at) => `$${at + 1}::int`).join(", ")
        return run(
          sql.unsafe<{ n: number }>(
            `select cardinality(array[${places}]) as n`,
            Array.from({ length: count }, (_, at) => at),
          ),
        )
      }
      assert.deepStrictEqual(yield* asked(mostValues), [{ n: mostValues }])
      assert.strictEqual((yield* Effect.flip(asked(mostValues + 1))).reason, "Failed")
      assert.deepStrictEqual(yield* asked(1), [{ n: 1 }])
    }).pipe(Effect.provide(database)),
  )

  it.live("lists of any length are one value of our statements", () =>
    Effect.gen(function* () {
      const { askForSync, requests } = yield* Board
      const names = Array.from({ length: mostValues + 1000 }, (_, at) => `c${at}`)
      yield* askForSync("c39")
      yield* askForSync(`c${mostValues + 500}`)
      assert.deepStrictEqual([...(yield* requests(names))].toSorted(), [`c${mostValues + 500}`, "c39"].toSorted())
    }).pipe(Effect.provide(all)),
  )

  it.live("whole numbers of eight bytes come back as the numbers that they were", () =>
    Effect.gen(function* () {
      const [bytes, instant] = [9_000_000_000_000, 4_102_444_800_123]
      const { setPeak, peaks } = yield* ConnectionStore
      yield* setPeak("sales", bytes)
      assert.deepStrictEqual(yield* peaks, new Map([["sales", bytes]]))
      const { reached, lastReached, beat, lastBeat } = yield* LeaseStore
      yield* reached({ since: instant, last: instant + 1 })
      assert.deepStrictEqual(yield* lastReached, { since: instant, last: instant + 1 })
      yield* beat("T1", 1_700_000_000_123)
      assert.strictEqual(yield* lastBeat("T1"), 1_700_000_000_123)
      const { takeOver, begin, state } = yield* Runs
      const turn = yield* takeOver("sales", "one")
      assert.strictEqual(turn.epoch, 1)
      yield* begin(turn, instant)
      assert.strictEqual((yield* state("sales")).unfinished, instant)
      const { append, countSince } = yield* ChangeStore
      yield* append({
        requestId: "r1",
        actor: "ada",
        tenant: "T1",
        intent: "grant",
        target: { entitlement: "group:S1:member", principal: "user:U1" },
        time: new Date(instant).toISOString(),
        outcome: "changed",
      })
      assert.deepStrictEqual(
        [(yield* countSince("T1", instant)).length, (yield* countSince("T1", instant + 1)).length],
        [1, 0],
      )
    }).pipe(Effect.provide(all)),
  )

  it.live("no instant or date is a column whose value could be lost, but those that only people read", () =>
    Effect.gen(function* () {
      const { sql, run } = yield* Database
      const columns = yield* run(sql<{ name: string }>`
        select table_name || '.' || column_name as name from information_schema.columns
        where table_schema = current_schema() and data_type ~ '^(timestamp|date|time|interval|numeric)' order by name`)
      assert.deepStrictEqual(
        columns.map(({ name }) => name),
        [
          "rollcall_run.published_at",
          "rollcall_run.taken_at",
          "rollcall_schema.applied_at",
          "rollcall_task.received_at",
        ],
      )
    }).pipe(Effect.provide(database)),
  )
})
