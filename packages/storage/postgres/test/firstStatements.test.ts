// A worker of the first release with a database, beside the newest one, on the newest tables: what it sends is taken, and what each writes
// the other reads.
import { assert, describe, it } from "@effect/vitest"
import { ChangeStore, closed, Lease, LeaseStore } from "@rollcall/plan"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { Effect, Layer, Schema } from "effect"
import {
  changeStorePostgres,
  Database,
  databaseLayer,
  leaseStorePostgres,
  migrations,
  Runs,
  Superseded,
} from "../src/index.ts"
import { firstStatements, firstVersion } from "./firstStatements.ts"

const lease: Lease = {
  id: "a",
  connector: "slack",
  tenant: "T1",
  entitlement: { id: "group:S1:member", resource: { resourceType: "group", resource: "S1" }, slug: "member" },
  principal: { resourceType: "user", resource: "U1" },
  begunAt: "2026-11-30T01:00:00.000Z",
  endsAt: "2026-11-30T11:00:00.000Z",
  state: "active",
}
const pair = ["T1", "group:S1:member", "user:U1"] as const

/** As the first worker sends it. */
const send = (what: keyof typeof firstStatements, ...values: ReadonlyArray<unknown>) =>
  Effect.flatMap(Effect.service(Database), ({ sql, run }) =>
    run(sql.unsafe<Record<string, unknown>>(firstStatements[what], [...values])),
  )

const decode = Schema.decodeUnknownSync(Schema.Struct({ lease: Schema.fromJsonString(Lease) }))
const leasesIn = (rows: ReadonlyArray<unknown>) => rows.map((row) => decode(row).lease)

const put = ({ id, endsAt, begunAt, state, ...more }: Lease) =>
  send(
    "putLease",
    "sales",
    id,
    ...pair,
    begunAt,
    endsAt,
    state !== "ended",
    JSON.stringify({ id, endsAt, begunAt, state, ...more }),
  )

describe.skipIf(!hasPostgres)("a worker of the first release with a database", () => {
  const database = Layer.unwrap(
    Effect.gen(function* () {
      const { freshDatabase } = yield* sharedPostgres
      const url = yield* freshDatabase
      const first = migrations.filter(({ version }) => version <= firstVersion)
      // The newest worker comes second, and the first one starts again after it.
      for (const known of [first, migrations, first])
        yield* Effect.provide(Effect.void, databaseLayer({ url, migrations: known }), { local: true })
      return databaseLayer({ url })
    }),
  )
  const stores = Layer.mergeAll(leaseStorePostgres(), changeStorePostgres(), Runs.layer)
  const beside = Layer.orDie(Layer.provideMerge(stores, database))

  it.live("ends what a command of the newest release has granted, and reads what workers of it wrote", () =>
    Effect.gen(function* () {
      const newest = yield* LeaseStore
      yield* send("beat", "sales", "T1", 1_700_000_000_000)
      assert.strictEqual(yield* newest.lastBeat("T1"), 1_700_000_000_000)
      yield* newest.put(lease)
      assert.deepStrictEqual(leasesIn(yield* send("openLeases", "sales", "T1")), [lease])
      assert.deepStrictEqual(leasesIn(yield* send("openLeases", "sales", null)), [lease])
      assert.deepStrictEqual(leasesIn(yield* send("openLeaseOf", "sales", ...pair)), [lease])
      yield* put({ ...lease, state: "ending" })
      assert.strictEqual((yield* newest.openOf(lease))?.state, "ending")
      const over = closed(lease, "expired", Date.UTC(2026, 10, 30, 12))
      yield* put(over)
      assert.deepStrictEqual(yield* newest.all, [over])
      assert.deepStrictEqual(leasesIn(yield* send("allLeases", "sales")), [over])
      yield* put({ ...lease, id: "b" })
      assert.strictEqual((yield* newest.openOf(lease))?.id, "b")
      // One open lease of a pair, whoever writes it.
      assert.strictEqual((yield* Effect.flip(newest.put({ ...lease, id: "c" }))).kind, "busy")
      assert.strictEqual((yield* Effect.flip(put({ ...lease, id: "c" }))).reason, "Taken")
      yield* send("reached", "sales", 5, 9)
      assert.deepStrictEqual(yield* send("lastReached", "sales"), [{ since: 5n, last: 9n }])
      assert.deepStrictEqual(yield* send("lastBeat", "sales", "T1"), [{ at: 1_700_000_000_000n }])
    }).pipe(Effect.provide(beside)),
  )

  it.live("journals what commands of the newest release count too", () =>
    Effect.gen(function* () {
      const newest = yield* ChangeStore
      const target = JSON.stringify({ entitlement: "group:S1:member", principal: "user:U1" })
      for (const outcome of ["begun", "changed"]) {
        yield* send(
          "putChange",
          "sales",
          "r1",
          "p1",
          "T1",
          "revoke",
          "group:S1:member",
          target,
          1_780_000_000_000,
          outcome,
        )
      }
      const counted = [{ intent: "revoke", entitlement: "group:S1:member", count: 1 }]
      assert.deepStrictEqual(yield* newest.countSince("T1", 0), counted)
      assert.deepStrictEqual(yield* send("countChanges", "sales", "T1", 0), counted)
      assert.deepStrictEqual(
        (yield* newest.ofPlan("p1")).map(({ outcome }) => outcome),
        ["changed"],
      )
      assert.deepStrictEqual(
        (yield* send("changesOfPlan", "sales", "p1")).map(({ requestId }) => requestId),
        ["r1"],
      )
      yield* send("forgetChanges", "sales", 1_790_000_000_000, "sales", 1)
      yield* send("putHolder", "apply sales", "applies the plan p1", "2026-11-30T01:00:00.000Z")
      assert.lengthOf(yield* send("holder", "apply sales"), 1)
    }).pipe(Effect.provide(beside)),
  )

  it.live("takes turns with workers of the newest release, and goes on with what they have read", () =>
    Effect.gen(function* () {
      const newest = yield* Runs
      assert.deepStrictEqual(yield* send("takeOver", "sales", "old-1"), [{ epoch: 1n }])
      assert.lengthOf(yield* send("begin", 1_780_000_000_000, "sales", 1), 1)
      const page = new Uint8Array([1, 2, 3])
      for (const [isFirst, seq] of [
        [true, 1],
        [false, 2],
      ] as const) {
        assert.deepStrictEqual(yield* send("putPage", "sales", 1, isFirst, seq, 1, page), [{ seq }])
      }
      assert.strictEqual((yield* newest.state("sales")).unfinished, 1_780_000_000_000)
      const turn = yield* newest.takeOver("sales", "new-1")
      assert.strictEqual(turn.epoch, 2)
      // The one before is fenced off, and forward it goes again.
      assert.deepStrictEqual(yield* send("check", "sales", 1), [])
      assert.deepStrictEqual(yield* send("putPage", "sales", 1, false, 3, 1, page), [])
      assert.deepStrictEqual(yield* send("takeOver", "sales", "old-2"), [{ epoch: 3n }])
      assert.instanceOf(yield* Effect.flip(newest.check(turn)), Superseded)
      assert.deepStrictEqual(yield* send("lastPage", "sales", 1), [{ last: 2 }])
      assert.deepStrictEqual(yield* send("page", "sales", 2, 1), [{ page }])
      assert.lengthOf(yield* send("publish", "sales.1.3.c1z", "sales", 3), 1)
      assert.deepStrictEqual(yield* send("state", "sales"), [
        { unfinished: null, last: 1_780_000_000_000n, file: "sales.1.3.c1z" },
      ])
      assert.strictEqual((yield* newest.state("sales")).file, "sales.1.3.c1z")
    }).pipe(Effect.provide(beside)),
  )

  it.live("spends the same limits", () =>
    Effect.gen(function* () {
      const [block] = yield* send("takeBlocks", JSON.stringify([{ key: "T1 users.list", taken: 3000, rate: null }]))
      assert.strictEqual(Math.round(Number(block?.["ends"]) - Number(block?.["begins"])), 3000)
      yield* send(
        "coolDown",
        JSON.stringify([{ key: "T1 users.list", after: 1000, burst: 0, climbs: false }]),
        "rollcall_limits",
      )
      assert.lengthOf(yield* send("cooldowns", JSON.stringify(["T1 users.list"])), 1)
    }).pipe(Effect.provide(beside)),
  )
})
