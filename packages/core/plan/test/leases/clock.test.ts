// The clock guards the ends: nothing ends by one that may be wrong.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { ClockSkew, endLeases, isAlive, LeaseStore } from "../../src/index.ts"
import { hour, minute, scenario } from "./lending.ts"

describe("access for a time", () => {
  it.effect("does not end while the clocks differ, or no reply has told the time", () =>
    Effect.gen(function* () {
      const { lend, passAt, membersOf } = scenario()
      yield* lend("go", "ada", hour)
      yield* TestClock.adjust(2 * hour)
      for (const skew of [undefined, 121_000, -121_000]) {
        assert.deepStrictEqual((yield* passAt(skew)).clock, { skew })
        assert.deepStrictEqual(membersOf("go"), ["ada"])
      }
      assert.isUndefined((yield* passAt(120_000)).clock)
      assert.deepStrictEqual(membersOf("go"), [])
    }),
  )

  it.effect("does not end by a time that the clock no longer has once the reply has come that proves it", () =>
    Effect.gen(function* () {
      const { lend, connector, layer, states, membersOf } = scenario()
      const { provisioning = assert.fail("The town can be changed.") } = connector
      yield* lend("go", "ada", 8 * hour)
      yield* TestClock.setTime(9 * hour)
      const holders: typeof provisioning.holders = (entitlement) =>
        Effect.andThen(TestClock.setTime(hour), provisioning.holders(entitlement))
      const { ended } = yield* endLeases({ ...connector, provisioning: { ...provisioning, holders } }).pipe(
        Effect.provide(layer),
        Effect.provideService(ClockSkew, Effect.succeed(0)),
      )
      assert.deepStrictEqual([ended, states(), membersOf("go")], [[], ["active"], ["ada"]])
    }),
  )

  it.effect("is not closed as never granted while the clock may be wrong", () =>
    Effect.gen(function* () {
      const { lend, passAt, states } = scenario({ mishaps: { ada: "ignored" } })
      yield* Effect.flip(lend("go", "ada", 8 * hour))
      yield* TestClock.adjust(hour)
      yield* passAt(121_000)
      assert.deepStrictEqual(states(), ["pending"])
      yield* passAt(0)
      assert.deepStrictEqual(states(), ["ended: not granted"])
    }),
  )

  it.effect("has a sign of life from passes that can end it alone", () =>
    Effect.gen(function* () {
      const { connector, layer, passAt } = scenario()
      const seen = Effect.provide(
        LeaseStore.use(({ lastBeat }) => lastBeat("T1")),
        layer,
      )
      const { provisioning: _, ...reading } = connector
      const credential = { name: "the other token", provisions: ["club"], actions: [] }
      for (const unable of [reading, { ...connector, furtherCredential: credential }]) {
        yield* endLeases(unable).pipe(Effect.provide(layer), Effect.provideService(ClockSkew, Effect.succeed(0)))
      }
      yield* passAt(121_000)
      assert.isUndefined(yield* seen)
      yield* passAt(undefined)
      assert.strictEqual(yield* seen, 0, "the first reply may be that of the first lease that is over")
      yield* TestClock.adjust(minute)
      yield* passAt(0)
      assert.strictEqual(yield* seen, minute)
      yield* TestClock.adjust(minute)
      yield* endLeases(connector).pipe(Effect.provide(layer), Effect.provideService(ClockSkew, Effect.succeed(0)))
      assert.strictEqual(yield* seen, minute, "after a single pass nobody can rely on the next")
      for (const [beat, alive] of [
        [undefined, false],
        [2 * hour - 2 * minute - 1, false],
        [2 * hour - 2 * minute, true],
        [2 * hour, true],
        [2 * hour + 1, false],
      ] as const)
        assert.strictEqual(isAlive(beat, 2 * hour), alive, `a sign of life at ${beat}`)
    }),
  )

  it.effect("stays ended when the clock goes back", () =>
    Effect.gen(function* () {
      const { lend, pass, states } = scenario()
      yield* lend("go", "ada", hour)
      yield* TestClock.setTime(2 * hour)
      yield* pass()
      yield* TestClock.setTime(0)
      yield* pass()
      assert.deepStrictEqual(states(), ["ended: expired"])
    }),
  )
})
