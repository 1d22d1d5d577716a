// What every store of leases does, wherever it keeps them.
import { assert, describe, it } from "@effect/vitest"
import { closed, type Lease, LeaseStore } from "@rollcall/plan"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { StorePlace, StoreWorld } from "./StoreWorld.ts"

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

const using = <A, E, R>(
  { layer }: StorePlace<LeaseStore>,
  work: (store: LeaseStore["Service"]) => Effect.Effect<A, E, R>,
) => Effect.provide(LeaseStore.use(work), layer)

const ids = (leases: ReadonlyArray<Lease>) => leases.map(({ id }) => id)

/** Declares the tests of one kind of store. Call it at the top level of a test file. */
export const leaseStoreSuite = ({ name, place }: StoreWorld<LeaseStore>): void => {
  describe(`a store of leases ${name}`, () => {
    it.effect("has what was written to it, over runs, the open ones in the order of their ends", () =>
      Effect.gen(function* () {
        const opened = yield* place
        const first = lease("a", "U1", 2)
        yield* using(opened, (store) =>
          Effect.forEach([first, lease("b", "U2", 1), lease("c", "U3", 0, { tenant: "T2" })], store.put),
        )
        const [ofTenant, everywhere, one, all] = yield* using(opened, (store) =>
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
        const opened = yield* place
        const first = lease("a", "U1", 1)
        yield* using(opened, (store) => store.put(first))
        const error = yield* using(opened, (store) => Effect.flip(store.put(lease("b", "U1", 2))))
        assert.strictEqual(error.kind, "busy")
        assert.include(error.message, "another open lease of that person and entitlement")
        const over = closed(first, "expired", Date.UTC(2026, 10, 30, 12))
        yield* using(opened, (store) => Effect.forEach([over, lease("b", "U1", 2)], store.put))
        assert.deepStrictEqual(
          yield* using(opened, (store) => Effect.map(store.openOf(first), (open) => open?.id)),
          "b",
        )
        assert.deepInclude(
          yield* using(opened, (store) => Effect.map(store.all, (all) => all.find(({ id }) => id === "a"))),
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
        const opened = yield* place
        const last = using(opened, (store) => store.lastReached)
        assert.isUndefined(yield* last)
        for (const reached of [
          { since: 1_000, last: 1_000 },
          { since: 1_000, last: 1_780_000_000_000 },
        ]) {
          yield* using(opened, (store) => store.reached(reached))
          assert.deepStrictEqual(yield* last, reached)
        }
      }),
    )

    it.effect("lets one process at a time end leases, and knows of each tenant when one last did", () =>
      Effect.gen(function* () {
        const opened = yield* place
        // A sign of life of the future would say nothing.
        yield* TestClock.adjust("1 second")
        assert.isUndefined(yield* using(opened, (store) => store.lastBeat("T1")))
        const error = yield* using(opened, (store) =>
          store.alone(
            "T1",
            Effect.andThen(store.beat("T1", 7), Effect.flip(using(opened, (other) => other.alone("T1", Effect.void)))),
          ),
        )
        assert.strictEqual(error.kind, "busy")
        yield* using(opened, (store) => Effect.andThen(store.beat("T2", 8), store.beat("T2", 9)))
        const beats = (store: LeaseStore["Service"]) => Effect.forEach(["T1", "T2", "T3"], store.lastBeat)
        assert.deepStrictEqual(yield* using(opened, (store) => store.alone("T1", beats(store))), [7, 9, undefined])
      }),
    )
  })
}
