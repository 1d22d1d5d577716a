// A token that cannot be had is told in the words of whatever should have held it.
import { secretFromFile } from "@rollcall/config"
import { ScimToken } from "@rollcall/scim-client"
import { SlackToken } from "@rollcall/slack-api"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { slackTokenLayer } from "@rollcall/slack-pro/module-parts"
import { scimTokenLayer } from "../src/module/clients.ts"

describe("a token", () => {
  it.effect("whose file has gone says which file, and what named it", () =>
    Effect.gen(function* () {
      const gone = secretFromFile("/nowhere/token", { from: "environment", name: "BATON_TOKEN_FILE" })
      const problem = "The file /nowhere/token that BATON_TOKEN_FILE names does not exist."
      const slack = yield* Effect.flip(
        SlackToken.use((token) => token.current).pipe(Effect.provide(slackTokenLayer(gone))),
      )
      assert.strictEqual(slack.message, problem)
      const scim = yield* Effect.flip(
        ScimToken.use((token) => token.current).pipe(Effect.provide(scimTokenLayer(gone))),
      )
      assert.strictEqual(scim.message, problem)
      assert.isNotEmpty(scim.hint)
    }),
  )

  it.effect("that was not given names the variable that takes it", () =>
    Effect.gen(function* () {
      const { message, hint } = yield* Effect.flip(
        ScimToken.use((token) => token.current).pipe(Effect.provide(scimTokenLayer(undefined))),
      )
      assert.strictEqual(message, "BATON_BUSINESS_PLUS_TOKEN is not set.")
      assert.include(hint, "_FILE")
    }),
  )
})
