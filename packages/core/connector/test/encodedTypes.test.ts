// Which types a store is told that it may encode when it stores them.
import { assert, describe, it } from "@effect/vitest"
import type { Step } from "../src/index.ts"
import { planSyncSteps } from "../src/engine/planSyncSteps.ts"
import { Effect } from "effect"
import { pagedStep, tinyConnector } from "./tinyConnector.ts"

const step = (id: string, produces: ReadonlyArray<string>, extra: Partial<Step> = {}): Step =>
  pagedStep(id, [{}], { produces, ...extra })

const cases: ReadonlyArray<readonly [what: string, steps: ReadonlyArray<Step>, encoded: ReadonlyArray<string>]> = [
  ["that any steps give", [step("people", ["person"]), step("teams", ["team", "person"])], ["person", "team"]],
  [
    "but none whose resources a step is asked for one by one",
    [step("teams", ["team"]), step("people", ["person"], { parentType: "team", after: ["teams"] })],
    ["person"],
  ],
]

describe("a plan names the types", () => {
  for (const [what, steps, encoded] of cases) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const plan = yield* planSyncSteps(tinyConnector(steps), {})
        assert.deepStrictEqual(
          plan.encodedTypes.map(({ id }) => id),
          encoded,
        )
      }),
    )
  }
})
