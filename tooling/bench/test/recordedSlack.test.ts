import { assert, describe, it } from "@effect/vitest"
import { bundled } from "@rollcall/test-kit/bundles"
import { Effect } from "effect"
import { startRecordedSlack } from "../src/recordedSlack.ts"

interface Answer {
  readonly ok: boolean
  readonly error?: string
}

describe("a recorded Slack", () => {
  it.effect("asks the simulated one once for each request, and tells tokens apart", () =>
    Effect.gen(function* () {
      const command = yield* Effect.promise(() => bundled("cli"))
      const slack = yield* startRecordedSlack(command, { plan: "pro", users: 5, userGroups: 1 })
      const ask = (token: string) =>
        Effect.promise(async (): Promise<Answer> => {
          const headers = { authorization: `Bearer ${token}` }
          const response = await fetch(new URL("auth.test", slack.webApiUrl), { method: "POST", headers })
          return JSON.parse(await response.text())
        })
      const first = yield* ask(slack.botToken)
      assert.isTrue(first.ok)
      assert.deepStrictEqual(yield* ask(slack.botToken), first)
      assert.strictEqual(slack.recorded(), 1)
      assert.strictEqual((yield* ask("xoxb-nobody")).error, "invalid_auth")
      assert.strictEqual(slack.recorded(), 2)
    }),
  )
})
