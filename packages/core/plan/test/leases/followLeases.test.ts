// What others do meanwhile: leases are compared with what is read.
import { assert, describe, it } from "@effect/vitest"
import { applyChanges } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { afterChange, afterRead, applyPlan, closed, closeUnheld, LeaseStore, makePlan } from "../../src/index.ts"
import { hour, minute, scenario } from "./lending.ts"
import { grant, membershipOf, memoryStores, person } from "../town.ts"

describe("access for a time", () => {
  it.effect("are compared with a list of holders that is gone through once", () =>
    Effect.gen(function* () {
      const { lend, connector, layer } = scenario({ people: { ada: {}, bob: {}, cleo: {} } })
      for (const who of ["ada", "bob", "cleo"]) yield* lend("go", who, hour)
      yield* TestClock.adjust(minute)
      let passes = 0
      const holders = ["ada", "bob", "cleo"].map(person)
      const counted = new Proxy(holders, {
        get: (list, key, self) => {
          if (key === "map" || key === Symbol.iterator) passes += 1
          return Reflect.get(list, key, self)
        },
      })
      yield* Effect.provide(
        afterRead(connector, { id: "T1" }, new Map([[membershipOf("go").id, { holders: counted }]]), minute),
        layer,
      )
      assert.strictEqual(passes, 1)
    }),
  )

  it.effect("is closed once, where another process ends it while it is looked at", () =>
    Effect.gen(function* () {
      const { lend, layer, states, entries } = scenario()
      const { lease } = yield* lend("go", "ada", hour)
      yield* TestClock.adjust(minute)
      const before = entries.length
      const looking = LeaseStore.use(({ put }) => put(closed(lease, "made lasting", minute)))
      const over = yield* closeUnheld({ id: "T1" }, minute, () => Effect.as(looking, true)).pipe(Effect.provide(layer))
      assert.deepStrictEqual([over, states(), entries.length], [[], ["ended: made lasting"], before])
    }),
  )

  it.effect("is not taken from whoever others have removed, and then added again where that was seen", () =>
    Effect.gen(function* () {
      const { lend, pass, states, members, membersOf, layer, connector } = scenario()
      yield* lend("go", "ada", hour)
      const seen = (holders: ReadonlyArray<string>, readAt: number, isPartial?: true) =>
        afterRead(
          connector,
          { id: "T1" },
          new Map([[membershipOf("go").id, { holders: holders.map(person), isPartial }]]),
          readAt,
        ).pipe(Effect.provide(layer), Effect.andThen(Effect.sync(states)))
      yield* TestClock.adjust(minute)
      assert.deepStrictEqual(yield* seen(["ada"], minute), ["active"])
      assert.deepStrictEqual(
        yield* seen([], minute - 1),
        ["active"],
        "a read so soon after the grant says nothing of it",
      )
      assert.deepStrictEqual(yield* seen([], minute, true), ["active"], "nor does a read that is not whole")
      members.get("go")?.delete("ada")
      assert.deepStrictEqual(yield* seen([], minute), ["ended: removed by others"])
      members.get("go")?.add("ada")
      yield* TestClock.adjust(2 * hour)
      yield* pass()
      assert.deepStrictEqual([states(), membersOf("go")], [["ended: removed by others"], ["ada"]])
    }),
  )

  it.effect("that is being granted, or was granted only after a read began, is not closed by that read", () =>
    Effect.gen(function* () {
      const { lend, states, layer, connector, members, pass } = scenario({ mishaps: { ada: "ignored" } })
      const nobody = new Map([[membershipOf("go").id, { holders: [] }]])
      const seenAt = (readAt: number) => Effect.provide(afterRead(connector, { id: "T1" }, nobody, readAt), layer)
      yield* Effect.flip(lend("go", "ada", 8 * hour))
      yield* TestClock.adjust(hour)
      yield* seenAt(hour)
      assert.deepStrictEqual(states(), ["pending"])
      members.get("go")?.add("ada")
      yield* pass()
      yield* seenAt(hour)
      assert.deepStrictEqual(states(), ["active"], "it was begun an hour before, and granted now")
      yield* TestClock.adjust(minute)
      yield* seenAt(hour + minute)
      assert.deepStrictEqual(states(), ["ended: removed by others"])
    }),
  )

  it.effect("is compared with what an apply reads, under every id of its person", () =>
    Effect.gen(function* () {
      for (const [aliases, state] of [
        [["ada-of-old"], "active"],
        [[], "ended: removed by others"],
      ] as const) {
        const { lend, connector, members, layer, states } = scenario()
        yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
        yield* TestClock.adjust(minute)
        members.get("go")?.delete("ada")
        members.get("go")?.add("ada-of-old")
        const { provisioning } = connector
        const known =
          provisioning === undefined
            ? connector
            : { ...connector, provisioning: { ...provisioning, aliasesOf: () => Effect.succeed(aliases) } }
        const { plan } = yield* makePlan(known, { desiredChanges: [grant("go", "bob")] }).pipe(Effect.provide(layer))
        yield* applyPlan(known, plan, { maxAge: hour }).pipe(
          Effect.provide(memoryStores().layer),
          Effect.provide(layer),
        )
        assert.deepStrictEqual(states(), [state])
      }
    }),
  )

  it.effect("is closed by a grant without an end and by a revocation, and by a group that is gone", () =>
    Effect.gen(function* () {
      for (const [intent, state] of [
        ["grant", "ended: made lasting"],
        ["revoke", "ended: revoked"],
      ] as const) {
        const { lend, pass, states, connector, layer, membersOf } = scenario()
        yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
        const changes = [{ entitlement: membershipOf("go"), principal: person("ada") }]
        const { results } = yield* Effect.provide(applyChanges(connector, { intent, changes }), layer)
        for (const result of results) yield* Effect.provide(afterChange(result, { id: "T1" }, "town"), layer)
        assert.deepStrictEqual(states(), [state])
        yield* TestClock.adjust(2 * hour)
        yield* pass()
        assert.deepStrictEqual(membersOf("go"), intent === "grant" ? ["ada"] : [])
      }
      const { lend, pass, states, members } = scenario()
      yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
      members.delete("go")
      yield* TestClock.adjust(10 * hour)
      yield* pass()
      assert.deepStrictEqual(states(), ["ended: entitlement gone"])
    }),
  )

  it.effect("is not taken for removed by a read that may be stale, however short it is", () =>
    Effect.gen(function* () {
      const { lend, pass, states, members } = scenario()
      yield* lend("go", "ada", (yield* Clock.currentTimeMillis) + minute / 2)
      const shown = members.get("go") ?? new Set()
      members.set("go", new Set())
      yield* TestClock.adjust(minute / 2)
      yield* pass()
      assert.deepStrictEqual(states(), ["active"])
      members.set("go", shown)
      yield* pass()
      assert.deepStrictEqual([states(), [...shown]], [["ended: expired"], []])
    }),
  )

  it.effect("is not taken for removed by a read that is not whole", () =>
    Effect.gen(function* () {
      const partial: Array<string> = []
      const { lend, pass, states, members } = scenario({ partial })
      yield* lend("go", "ada", hour)
      yield* TestClock.adjust(hour)
      partial.push("go")
      members.get("go")?.delete("ada")
      const [failed] = (yield* pass()).failed
      assert.include(failed?.lastFailure ?? "", "Some holders of Club go could not be read")
      assert.deepStrictEqual(states(), ["active"])
    }),
  )
})
