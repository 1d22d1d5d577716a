import { existsSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { closed, type Lease, LeaseStore } from "@rollcall/plan"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { leaseStoreFile, lookIntoLeases } from "../src/index.ts"

const resource = { resourceType: "group", resource: "S1" }
const lease = (id: string, who: string, hour: number, more: Partial<Lease> = {}): Lease => ({
  id,
  connector: "slack",
  tenant: "T1",
  entitlement: { id: "group:S1:member", resource, slug: "member" },
  principal: { resourceType: "user", resource: who },
  begunAt: `2026-11-30T0${hour}:00:00.000Z`,
  endsAt: `2026-11-30T1${hour}:00:00.000Z`,
  reason: "stands in",
  state: "active",
  ...more,
})

const using = <A, E, R>(file: string, work: (store: LeaseStore["Service"]) => Effect.Effect<A, E, R>) =>
  Effect.provide(LeaseStore.use(work), leaseStoreFile(file))

const freshFile = Effect.map(scratchFolder("leases"), (folder) => join(folder, "leases.db"))
const ids = (leases: ReadonlyArray<Lease>) => leases.map(({ id }) => id)

describe("the store of leases", () => {
  it.effect("has what was written to it, over runs, the open ones in the order of their ends", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      const first = lease("a", "U1", 2)
      yield* using(file, (store) =>
        Effect.forEach([first, lease("b", "U2", 1), lease("c", "U3", 0, { tenant: "T2" })], store.put),
      )
      const [ofTenant, everywhere, one, all] = yield* using(file, (store) =>
        Effect.all([store.open("T1"), store.open(), store.openOf(first), store.all]),
      )
      assert.deepStrictEqual(
        [ids(ofTenant), ids(everywhere), ids(all)],
        [
          ["b", "a"],
          ["c", "b", "a"],
          ["a", "b", "c"],
        ],
      )
      assert.deepStrictEqual(one, first)
    }),
  )

  it.effect("has one open lease a pair: a second is refused until the first is over", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      const first = lease("a", "U1", 1)
      yield* using(file, (store) => store.put(first))
      const error = yield* using(file, (store) => Effect.flip(store.put(lease("b", "U1", 2))))
      assert.strictEqual(error.kind, "busy")
      const over = closed(first, "expired", Date.UTC(2026, 10, 30, 12))
      yield* using(file, (store) => Effect.forEach([over, lease("b", "U1", 2)], store.put))
      assert.deepStrictEqual(yield* using(file, (store) => Effect.map(store.openOf(first), (open) => open?.id)), "b")
      assert.deepInclude(
        yield* using(file, (store) => Effect.map(store.all, (all) => all.find(({ id }) => id === "a"))),
        {
          state: "ended",
          closedAs: "expired",
          closedAt: "2026-11-30T12:00:00.000Z",
        },
      )
    }),
  )

  it.effect("keeps since when ConductorOne has been reachable over runs", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      const last = using(file, (store) => store.lastReached)
      assert.isUndefined(yield* last)
      for (const reached of [
        { since: 1_000, last: 1_000 },
        { since: 1_000, last: 1_780_000_000_000 },
      ]) {
        yield* using(file, (store) => store.reached(reached))
        assert.deepStrictEqual(yield* last, reached)
      }
    }),
  )

  it.effect("is looked into without being made, and tells who last ended leases", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      assert.deepStrictEqual(yield* lookIntoLeases(file), { leases: [] })
      assert.isFalse(existsSync(file))
      yield* using(file, (store) => Effect.andThen(store.put(lease("a", "U1", 1)), store.beat(7)))
      assert.deepStrictEqual(yield* lookIntoLeases(file), { leases: [lease("a", "U1", 1)], lastBeat: 7 })
    }),
  )

  it.effect("lets one process at a time end leases, and knows when one last did", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      assert.isUndefined(yield* using(file, (store) => store.lastBeat))
      const error = yield* using(file, (store) =>
        store.alone(Effect.andThen(store.beat(7), Effect.flip(using(file, (other) => other.alone(Effect.void))))),
      )
      assert.strictEqual(error.kind, "busy")
      assert.strictEqual(yield* using(file, (store) => store.alone(store.lastBeat)), 7)
    }),
  )
})
