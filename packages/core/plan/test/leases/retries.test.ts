// When an end that failed is tried again.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { ClockSkew, endLeases } from "../../src/index.ts"
import { retryPause } from "../../src/leases/retries.ts"
import { hour, minute, scenario } from "./lending.ts"

/** A lease of an hour, over and refused to end since `failures` passes. */
const refused = Effect.fnUntraced(function* (failures: number) {
  const town = scenario()
  yield* town.lend("go", "ada", (yield* Clock.currentTimeMillis) + hour)
  yield* TestClock.adjust(hour)
  town.mishaps["ada"] = "refused"
  for (let failure = 1; failure <= failures; failure++) {
    yield* town.pass()
    if (failure < failures) yield* TestClock.adjust(retryPause(failure))
  }
  town.calls.length = 0
  return town
})

describe("a lease whose end fails", () => {
  it("waits twice as long after each failure, up to a quarter of an hour", () => {
    assert.deepStrictEqual(
      [1, 2, 3, 4, 5, 6, 7, 1000].map((failures) => retryPause(failures) / 1000),
      [30, 60, 120, 240, 480, 900, 900, 900],
    )
  })

  it.effect("is tried by the pass after the pause that its store keeps, while others end on time", () =>
    Effect.gen(function* () {
      const { lend, pass, calls, states, all } = yield* refused(2)
      const removals = () => calls.filter((call) => call.startsWith("revoke"))
      assert.deepInclude(all()[0], { failures: 2, retryAt: new Date(hour + 90_000).toISOString() })
      yield* lend("go", "bob", hour + minute)
      yield* TestClock.setTime(hour + minute)
      const { ended, failed, waiting } = yield* pass()
      assert.deepStrictEqual(
        [ended, failed, waiting].map((leases) => leases.map(({ principal }) => principal.resource)),
        [["bob"], [], ["ada"]],
      )
      assert.deepStrictEqual([removals(), states()], [["revoke go bob"], ["active", "ended: expired"]])
      yield* TestClock.setTime(hour + 90_000)
      yield* pass()
      assert.deepStrictEqual(removals(), ["revoke go bob", "revoke go ada"])
      assert.deepInclude(all()[0], { failures: 3, retryAt: new Date(hour + 90_000 + 120_000).toISOString() })
    }),
  )

  it.effect("is tried by a single pass whatever failed before", () =>
    Effect.gen(function* () {
      const { connector, layer, pass } = yield* refused(3)
      assert.lengthOf((yield* pass()).waiting, 1)
      const single = yield* endLeases(connector).pipe(
        Effect.provide(layer),
        Effect.provideService(ClockSkew, Effect.succeed(0)),
      )
      assert.deepStrictEqual([single.failed.length, single.waiting], [1, []])
    }),
  )

  it.effect("is tried by the next pass where the clock was set back since, or its end has moved", () =>
    Effect.gen(function* () {
      const back = yield* refused(6)
      yield* TestClock.setTime(hour)
      assert.lengthOf((yield* back.pass()).failed, 1)
      const moved = yield* refused(6)
      const [lease = assert.fail("There is a lease.")] = moved.all()
      const end = Date.parse(lease.retryAt ?? "") - minute
      yield* moved.move(lease, end)
      yield* TestClock.setTime(end)
      assert.lengthOf((yield* moved.pass()).failed, 1)
      assert.strictEqual(moved.all()[0]?.failures, 1)
    }),
  )

  it.effect("for a reason that all would meet is tried by the next pass, and is not counted", () =>
    Effect.gen(function* () {
      const { mishaps, pass, all } = yield* refused(1)
      yield* TestClock.adjust(retryPause(1))
      mishaps["ada"] = "away"
      for (const _ of [1, 2]) {
        const { failed, stopReason } = yield* pass()
        assert.deepStrictEqual([failed.length, stopReason?.kind], [1, "unavailable"])
      }
      assert.deepInclude(all()[0], { failures: 1, lastFailure: "It answered Unavailable." })
    }),
  )

  it.effect("is not taken for removed by Rollcall, once others have removed it", () =>
    Effect.gen(function* () {
      const { members, pass, states } = yield* refused(1)
      assert.deepStrictEqual(states(), ["active"])
      members.get("go")?.delete("ada")
      yield* TestClock.adjust(retryPause(1))
      yield* pass()
      assert.deepStrictEqual(states(), ["ended: removed by others"])
    }),
  )
})
