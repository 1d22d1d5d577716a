// How access is granted for a time, and how its end moves.
import { assert, describe, it } from "@effect/vitest"
import { CurrentBrakes } from "@rollcall/connector"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { grantUntil, type Lease, LeaseStore } from "../../src/index.ts"
import { hour, scenario } from "./lending.ts"
import { membershipOf, person } from "../town.ts"

describe("access for a time", () => {
  it.effect("is not lent to whoever holds it already, is over before it begins, is too long, or is protected", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(hour)
      const { lend, calls, all } = scenario()
      const guarded = { protected: { ids: new Set(["person:ada"]), setting: "BATON_PROTECTED" } }
      for (const [work, words] of [
        [lend("chess", "bob", 8 * hour), "holds club:chess:member already, without an end"],
        [lend("go", "ada", hour), "is over"],
        [lend("go", "ada", 50 * hour), "may last 2d at most, and 2d 1h was asked for"],
        [lend("go", "ada", 8 * hour, guarded), "person:ada is protected"],
      ] as const) {
        const error = yield* Effect.flip(work)
        assert.strictEqual(error.kind, "usage")
        assert.include(error.message, words)
      }
      assert.deepStrictEqual([calls.filter((call) => call.startsWith("grant")), all()], [[], []])
    }),
  )

  it.effect("is not granted of what is protected, in whichever of its forms the setting names it", () =>
    Effect.gen(function* () {
      for (const id of ["ada", "person:ada", "go", "club:go", "club:go:member", "old-ada", "person:old-ada"]) {
        const { connector, layer, calls, all } = scenario({ aliases: { ada: ["old-ada"] } })
        const brakes = { protected: { ids: new Set([id]), setting: "BATON_PROTECTED" } }
        const error = yield* grantUntil(connector, {
          entitlement: membershipOf("go"),
          principal: person("ada"),
          until: hour,
        }).pipe(
          Effect.provide(layer),
          Effect.provideService(CurrentBrakes, { brakes, countSince: () => Effect.succeed([]) }),
          Effect.flip,
        )
        assert.deepStrictEqual([error.kind, calls, all()], ["usage", [], []], id)
        assert.include(error.message, `${id} is protected`)
      }
    }),
  )

  it.effect("that is over is not begun again by whoever moves its end", () =>
    Effect.gen(function* () {
      const { lend, move, members, calls, states } = scenario()
      const { lease } = yield* lend("go", "ada", 8 * hour)
      assert.strictEqual((yield* move(lease, 9 * hour)).endsAt, "1970-01-01T09:00:00.000Z")
      yield* TestClock.adjust(hour)
      members.get("go")?.delete("ada")
      calls.length = 0
      const error = yield* Effect.flip(move(lease, 10 * hour))
      assert.strictEqual(error.kind, "usage")
      assert.include(error.message, "is over: removed by others")
      assert.deepStrictEqual([calls, states()], [["read go"], ["ended: removed by others"]])
      const again = yield* lend("go", "ada", 8 * hour)
      members.delete("go")
      assert.include((yield* Effect.flip(move(again.lease, 9 * hour))).message, "is over: entitlement gone")
      assert.deepStrictEqual(states(), ["ended: removed by others", "ended: entitlement gone"])
      const unsure = scenario({ mishaps: { ada: "ignored" } })
      yield* Effect.flip(unsure.lend("go", "ada", 8 * hour))
      const [pending = assert.fail("A lease is pending.")] = unsure.all()
      unsure.calls.length = 0
      assert.include((yield* Effect.flip(unsure.move(pending, 9 * hour))).message, "is not known yet")
      assert.deepStrictEqual(unsure.calls, ["read go"])
    }),
  )

  it.effect("has one lease a person and entitlement, whose end only moves later", () =>
    Effect.gen(function* () {
      const { lend, all } = scenario()
      yield* lend("go", "ada", 2 * hour)
      assert.strictEqual((yield* lend("go", "ada", 3 * hour)).outcome, "extended")
      assert.include((yield* Effect.flip(lend("go", "ada", hour))).message, "an end only moves later")
      assert.deepStrictEqual(
        all().map(({ endsAt }) => endsAt),
        ["1970-01-01T03:00:00.000Z"],
      )
    }),
  )

  it.effect("that is being ended is neither begun again nor moved, and stays as it is", () =>
    Effect.gen(function* () {
      const { lend, move, all, layer, calls } = scenario()
      const { lease } = yield* lend("go", "ada", 2 * hour)
      const ending: Lease = { ...lease, state: "ending" }
      yield* Effect.provide(
        LeaseStore.use(({ put }) => put(ending)),
        layer,
      )
      calls.length = 0
      for (const again of [Effect.asVoid(lend("go", "ada", 3 * hour)), Effect.asVoid(move(ending, 3 * hour))])
        assert.match((yield* Effect.flip(again)).message, /^The lease .+ is being ended\./u)
      assert.deepStrictEqual([all(), calls], [[ending], ["read go"]])
    }),
  )

  it.effect("whose grant may have taken effect is never shorter for being asked for again, and keeps its reason", () =>
    Effect.gen(function* () {
      const { lend, all, states } = scenario({ mishaps: { ada: "ignored" } })
      yield* Effect.flip(lend("go", "ada", 8 * hour))
      const [first] = all()
      assert.include((yield* Effect.flip(lend("go", "ada", hour))).message, "an end only moves later")
      assert.deepStrictEqual([all()[0]?.endsAt, states()], [first?.endsAt, ["pending"]])
    }),
  )

  it.effect("that others have ended is granted again with a lease of its own", () =>
    Effect.gen(function* () {
      const { lend, states, members, membersOf } = scenario()
      yield* lend("go", "ada", 8 * hour)
      yield* TestClock.adjust(hour)
      members.get("go")?.delete("ada")
      const again = yield* lend("go", "ada", 4 * hour)
      assert.strictEqual(again.outcome, "granted")
      assert.deepStrictEqual([states(), membersOf("go")], [["ended: removed by others", "active"], ["ada"]])
    }),
  )

  it.effect("is not lent by a read that is not whole: whoever has it already would lose it at the end", () =>
    Effect.gen(function* () {
      const { lend, calls, all } = scenario({ partial: ["go"] })
      assert.include((yield* Effect.flip(lend("go", "ada", hour))).message, "who holds it already, without an end")
      assert.deepStrictEqual([calls, all()], [["read go"], []])
    }),
  )
})
