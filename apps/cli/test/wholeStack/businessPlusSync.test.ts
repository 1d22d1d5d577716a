// A sync of a Business+ workspace through the whole command: the file holds exactly what the simulated Slack expects.
import { assert, describe, it } from "@effect/vitest"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { businessPlusWorld } from "./businessPlus.ts"

const cases: ReadonlyArray<readonly [string, SimulatorOptions, Readonly<Record<string, string>>]> = [
  ["two tokens", {}, {}],
  ["a Business+ token that may read the Web API too, alone", {}, { BATON_TOKEN: "" }],
  ["accounts that SCIM alone knows", { scimOnlyUsers: 3 }, {}],
  ["GovSlack", { gov: true }, { BATON_GOV_ENV: "true" }],
]

describe.concurrent("a sync of Business+ holds the expected ids", () => {
  for (const [title, options, environment] of cases) {
    it.live(title, () =>
      Effect.gen(function* () {
        const { slack, file, run } = yield* businessPlusWorld(options)
        const { code, stdout, stderr } = yield* run(["sync"], { environment })
        assert.strictEqual(code, 0, stderr)
        assert.strictEqual(
          JSON.parse(stdout).calls,
          Object.values(slack.calls()).reduce((sum, count) => sum + count, 0),
        )
        assert.deepStrictEqual(storedIds(file), expectedIds(slack))
      }),
    )
  }
})
