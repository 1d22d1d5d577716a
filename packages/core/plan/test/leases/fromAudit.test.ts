// Leases that are found again in the audit log.
import { assert, describe, it } from "@effect/vitest"
import { applyChanges } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { afterChange, afterRead, type Lease, leasesInAudit, LeaseStore, missingIn } from "../../src/index.ts"
import { hour, minute, scenario } from "./lending.ts"
import { membershipOf, memoryLeases, person } from "../town.ts"

describe("access for a time", () => {
  it.effect("is found again in the audit log, with its last end, by a store that was restored from an older copy", () =>
    Effect.gen(function* () {
      const { lend, pass, entries, all, connector, layer, states } = scenario()
      const start = yield* Clock.currentTimeMillis
      const restored = (leases: ReadonlyArray<Lease>) =>
        Effect.gen(function* () {
          const store = memoryLeases()
          yield* Effect.provide(
            LeaseStore.use(({ put }) => Effect.forEach(leases, put)),
            store.layer,
          )
          return yield* Effect.provide(missingIn(leasesInAudit(entries, "town")), store.layer)
        })
      yield* lend("go", "ada", start + hour)
      const older = all()
      yield* lend("go", "ada", start + 2 * hour)
      yield* lend("go", "bob", start + hour)
      assert.deepStrictEqual(yield* restored([]), all(), "all that was granted")
      assert.deepStrictEqual(
        (yield* restored(older)).map(({ principal, endsAt }) => [principal.resource, endsAt]),
        all().map(({ principal, endsAt }) => [principal.resource, endsAt]),
        "the end that was moved, and who came later",
      )
      const moved = all().map((lease) => ({ ...lease, endsAt: "1970-01-01T09:00:00.000Z" }))
      assert.deepStrictEqual(yield* restored(moved), [], "a later end than that of the log stays")
      const copy = all()
      const changes = [{ entitlement: membershipOf("go"), principal: person("ada") }]
      const { results } = yield* Effect.provide(applyChanges(connector, { intent: "grant", changes }), layer)
      for (const result of results) yield* Effect.provide(afterChange(result, { id: "T1" }, "town"), layer)
      yield* TestClock.adjust(hour)
      yield* pass()
      assert.deepStrictEqual(states(), ["ended: made lasting", "ended: expired"])
      assert.deepStrictEqual(yield* restored([]), [], "nothing is open by the log")
      assert.deepStrictEqual(
        (yield* restored(copy)).map(({ state, closedAs }) => [state, closedAs]),
        [
          ["ended", "made lasting"],
          ["ended", "expired"],
        ],
      )
    }),
  )

  it.effect("has a line in the audit log however it is over, which a restored store is closed by as well", () =>
    Effect.gen(function* () {
      const restoredAs = (entries: ReturnType<typeof scenario>["entries"], copy: ReadonlyArray<Lease>) =>
        Effect.gen(function* () {
          const store = memoryLeases()
          yield* Effect.provide(
            LeaseStore.use(({ put }) => Effect.forEach(copy, put)),
            store.layer,
          )
          const missing = yield* Effect.provide(missingIn(leasesInAudit(entries, "town")), store.layer)
          return missing.map(({ closedAs }) => closedAs)
        })
      type World = ReturnType<typeof scenario>
      const leaving = ({ members }: World) => Effect.sync(() => void members.get("go")?.delete("ada"))
      const seen = ({ connector, layer }: World) =>
        Effect.gen(function* () {
          const nobody = new Map([[membershipOf("go").id, { holders: [] }]])
          const readAt = yield* Clock.currentTimeMillis
          yield* Effect.provide(afterRead(connector, { id: "T1" }, nobody, readAt), layer)
        })
      const revoked = ({ connector, layer }: World) =>
        Effect.gen(function* () {
          const changes = [{ entitlement: membershipOf("go"), principal: person("ada") }]
          const { results } = yield* applyChanges(connector, { intent: "revoke", changes })
          for (const result of results) yield* afterChange(result, { id: "T1" }, "town")
        }).pipe(Effect.provide(layer))
      const passed = (world: World) => Effect.andThen(TestClock.adjust(8 * hour), world.pass())
      for (const [what, as] of [
        [(world: World) => Effect.andThen(leaving(world), seen(world)), "removed by others"],
        [(world: World) => Effect.andThen(leaving(world), revoked(world)), "removed by others"],
        [(world: World) => Effect.andThen(leaving(world), passed(world)), "removed by others"],
        [
          (world: World) =>
            Effect.andThen(
              Effect.sync(() => world.members.delete("go")),
              passed(world),
            ),
          "entitlement gone",
        ],
      ] as const) {
        const world = scenario()
        yield* world.lend("go", "ada", (yield* Clock.currentTimeMillis) + 8 * hour)
        const copy = world.all()
        yield* TestClock.adjust(minute)
        yield* what(world)
        assert.deepStrictEqual(world.states(), [`ended: ${as}`])
        const [line, ...more] = world.entries.filter(({ requestId }) => requestId === copy[0]?.id)
        assert.deepStrictEqual([line?.intent, line?.outcome, line?.reason, more], ["close", "already", as, []])
        assert.deepStrictEqual(yield* restoredAs(world.entries, copy), [as])
        assert.deepStrictEqual(yield* restoredAs(world.entries, []), [])
      }
    }),
  )

  it.effect("that was refused is not found in the audit log: who comes into the group later would lose it", () =>
    Effect.gen(function* () {
      const { lend, entries } = scenario({ mishaps: { ada: "refused" } })
      yield* Effect.flip(lend("go", "ada", 8 * hour))
      const leases = leasesInAudit(entries, "town")
      assert.deepStrictEqual(
        leases.map(({ state, closedAs }) => [state, closedAs]),
        [["ended", "not granted"]],
      )
      assert.deepStrictEqual(yield* Effect.provide(missingIn(leases), memoryLeases().layer), [])
    }),
  )
})
