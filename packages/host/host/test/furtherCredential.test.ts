// What a connector says that a further token would open, another connector does with that token.
import { environmentName } from "@rollcall/config"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { builtIn } from "../src/index.ts"
import { slackPro } from "@rollcall/slack-pro"

it.effect("the token that Slack Pro names chooses a connector that changes and runs what it says", () =>
  Effect.gen(function* () {
    const further = slackPro.furtherCredential ?? assert.fail("none is named")
    const entry = builtIn.all.find(({ selectedBy }) => further.name.includes(environmentName(selectedBy)))
    const { about } = yield* Effect.promise(() => entry?.load() ?? assert.fail("the token chooses no connector"))
    const provisions = about.resourceTypes.filter(({ capabilities }) => capabilities.includes("provision"))
    assert.deepStrictEqual(
      provisions.map(({ id }) => id),
      further.provisions,
    )
    assert.deepStrictEqual(about.actions?.map(({ name }) => name).toSorted(), further.actions.toSorted())
  }),
)
