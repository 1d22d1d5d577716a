// What an app that counts calls is told.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import type { CallOutcome } from "../src/index.ts"
import { CallOutcomes, observeCall } from "../src/index.ts"

/** What is reported of a call that does this. */
const outcomesOf = Effect.fnUntraced(function* (work: Effect.Effect<unknown, unknown>) {
  const outcomes: Array<CallOutcome> = []
  yield* observeCall({ system: "slack", method: "users.list" })(work).pipe(
    Effect.provideService(CallOutcomes, (outcome) => Effect.sync(() => void outcomes.push(outcome))),
    Effect.exit,
  )
  return outcomes
})

describe("a call is reported", () => {
  for (const [what, work, result] of [
    ["that succeeds as ok", Effect.void, "ok"],
    ["that fails by the tag of its reason", Effect.fail({ reason: { _tag: "RateLimited" } }), "RateLimited"],
    ["whose reason is a text by that text", Effect.fail({ reason: "Unavailable" }), "Unavailable"],
    ["that fails without a reason as an error", Effect.fail("no"), "error"],
    ["that dies as a defect", Effect.die("fault"), "defect"],
  ] as const) {
    it.effect(`once, ${what}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* outcomesOf(work), [{ system: "slack", method: "users.list", result }])
      }),
    )
  }

  it.effect("as interrupted where it is interrupted", () =>
    Effect.gen(function* () {
      const outcomes: Array<CallOutcome> = []
      const call = yield* observeCall({ system: "slack", method: "users.list" })(Effect.never).pipe(
        Effect.provideService(CallOutcomes, (outcome) => Effect.sync(() => void outcomes.push(outcome))),
        Effect.forkChild({ startImmediately: true }),
      )
      yield* Fiber.interrupt(call)
      assert.deepStrictEqual(
        outcomes.map(({ result }) => result),
        ["interrupted"],
      )
    }),
  )
})

it.effect("a call is the span of what happens in it, named by system and method", () =>
  Effect.gen(function* () {
    const { name, kind } = yield* observeCall({ system: "scim", method: "GET Users" })(Effect.currentSpan)
    assert.deepStrictEqual([name, kind], ["scim GET Users", "client"])
  }),
)
