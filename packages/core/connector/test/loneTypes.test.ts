// Which types a store is told that one step alone gives.
import { assert, describe, it } from "@effect/vitest"
import type { Step } from "../src/index.ts"
import { planSyncSteps } from "../src/engine/planSyncSteps.ts"
import { Effect } from "effect"
import { pagedStep, tinyConnector } from "./tinyConnector.ts"

const step = (id: string, produces: ReadonlyArray<string>, extra: Partial<Step> = {}): Step =>
  pagedStep(id, [{}], { produces, ...extra })

const cases: ReadonlyArray<readonly [what: string, steps: ReadonlyArray<Step>, lone: ReadonlyArray<string>]> = [
  ["that one step gives", [step("people", ["person"]), step("teams", ["team"])], ["person", "team"]],
  ["but none that two steps give", [step("people", ["person"]), step("teams", ["team", "person"])], ["team"]],
  ["a last step aside", [step("people", ["person"]), step("late", ["person"], { last: true })], ["person"]],
  [
    "but none whose resources a step is asked for one by one",
    [step("teams", ["team"]), step("people", ["person"], { parentType: "team", after: ["teams"] })],
    ["person"],
  ],
]

describe("a plan names the types", () => {
  for (const [what, steps, lone] of cases) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const plan = yield* planSyncSteps(tinyConnector(steps), {})
        assert.deepStrictEqual(
          plan.loneTypes.map(({ id }) => id),
          lone,
        )
      }),
    )
  }
})
