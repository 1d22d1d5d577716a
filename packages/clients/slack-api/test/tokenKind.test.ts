import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { slackTokenKind } from "../src/index.ts"

describe("a token", () => {
  it.each([
    ["xoxb-1", "a bot token (", true],
    ["xoxp-1", "a user token (", true],
    ["xoxe.xoxb-1", "a bot token that rotates", true],
    ["xoxe.xoxp-1", "a user token that rotates", true],
    ["xoxe-1", "a refresh token", false],
    ["xapp-1", "an app-level token", false],
    ["xwfp-1", "a workflow token", false],
    ["secret", "a token with a prefix that is not known", true],
  ] as const)("that begins like %s is %s…", (token, name, usable) => {
    const kind = slackTokenKind(Redacted.make(token))
    assert.include(kind.name, name)
    assert.strictEqual(kind.usable, usable)
  })
})
