// What plans and limits make of access for a time.
import { assert, describe, it } from "@effect/vitest"
import type { AuditLog } from "@rollcall/connector"
import { AfterChange } from "@rollcall/connector"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import {
  afterChange,
  applyPlan,
  ChangeStore,
  ClockSkew,
  endLeases,
  grantUntil,
  LeaseStore,
  makePlan,
  OpenLeases,
  type DesiredChange,
} from "../../src/index.ts"
import { hour, scenario } from "./lending.ts"
import { grant, membershipOf, memoryLeases, memoryStores, only, person } from "../town.ts"

describe("access for a time", () => {
  it.effect("is named in plans and not taken from whom others only are to hold it, and is made lasting by a plan", () =>
    Effect.gen(function* () {
      const { lend, connector, layer, states, calls, membersOf, pass } = scenario()
      const stores = memoryStores()
      const plan = (desired: DesiredChange) =>
        Effect.map(makePlan(connector, { desiredChanges: [desired] }), (made) => made.plan)
      const lent = Layer.effect(
        OpenLeases,
        LeaseStore.use(({ open }) => Effect.succeed(open)),
      ).pipe(Layer.provideMerge(layer))
      yield* lend("go", "ada", 8 * hour)
      yield* Effect.gen(function* () {
        const others = yield* plan(only("go", "bob"))
        assert.deepStrictEqual(
          others.changes.map((change) => change._tag === "Change" && [change.intent, change.principal.resource]),
          [["grant", "bob"]],
        )
        assert.deepStrictEqual(
          others.lent?.map(({ subject, endsAt }) => [subject.displayName, endsAt]),
          [["ADA", "1970-01-01T08:00:00.000Z"]],
        )
        // Who was given it for a time since loses nothing by a plan, which fits all the same.
        const nobodyElse = yield* plan(only("go", "ada"))
        const lasting = yield* plan(grant("go", "ada"))
        assert.deepInclude(lasting.changes[0], { before: "held", endedAt: "1970-01-01T08:00:00.000Z" })
        yield* lend("go", "bob", 8 * hour)
        assert.lengthOf((yield* applyPlan(connector, nobodyElse, { maxAge: hour })).results, 1)
        calls.length = 0
        const follow = yield* Effect.context<LeaseStore | AuditLog>()
        const { results } = yield* applyPlan(connector, lasting, { maxAge: hour }).pipe(
          Effect.provideService(AfterChange, (result, tenant, id) =>
            Effect.orDie(Effect.provideContext(afterChange(result, tenant, id), follow)),
          ),
        )
        assert.deepStrictEqual(
          results.map(({ outcome }) => outcome),
          ["changed"],
        )
      }).pipe(Effect.provide(lent), Effect.provide(stores.layer))
      assert.deepStrictEqual(states(), ["ended: made lasting", "active"])
      assert.notInclude(calls, "grant go ada")
      yield* TestClock.adjust(9 * hour)
      yield* pass()
      assert.deepStrictEqual(membersOf("go"), ["ada"])
    }),
  )

  it.effect("that ends does not count against what else is removed within the hour, and that begins does", () =>
    Effect.gen(function* () {
      const { connector } = scenario()
      const leases = memoryLeases()
      const { layer } = memoryStores()
      const on = <A, E, R>(work: Effect.Effect<A, E, R>) =>
        work.pipe(Effect.provide(layer), Effect.provide(leases.layer))
      yield* on(grantUntil(connector, { entitlement: membershipOf("go"), principal: person("ada"), until: hour }))
      yield* TestClock.adjust(hour)
      const { ended } = yield* on(Effect.provideService(endLeases(connector), ClockSkew, Effect.succeed(0)))
      assert.lengthOf(ended, 1)
      const counted = yield* on(ChangeStore.use(({ countSince }) => countSince("T1", 0)))
      assert.deepStrictEqual(
        counted.map(({ intent, count }) => [intent, count]),
        [["grant", 1]],
      )
    }),
  )
})
