import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import { slackTokenKind } from "../src/index.ts"

describe("a token", () => {
  it.each([
    ["xoxb-1", "bot", false],
    ["xoxp-1", "user", false],
    ["xoxe.xoxb-1", "bot", true],
    ["xoxe.xoxp-1", "user", true],
    ["xoxe-1", "refresh", false],
    ["xapp-1", "app", false],
    ["xwfp-1", "workflow", false],
    ["secret", "unknown", false],
  ] as const)("that begins like %s is of the kind %s", (token, kind, rotates) => {
    assert.deepStrictEqual(slackTokenKind(Redacted.make(token)), { kind, rotates })
  })
})
