// A line of the log is JSON, and private things that a system quotes are masked in it.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestConsole } from "effect/testing"
import { hidePrivate } from "../src/logging/hidePrivate.ts"
import { loggingLayer } from "../src/logging/loggingLayer.ts"

const lines = <E>(logging: Effect.Effect<void, E>, level: "debug" | "info" = "info") =>
  Effect.andThen(
    Effect.provide(logging, loggingLayer({ level, format: undefined, isTerminal: false })),
    TestConsole.errorLines,
  )

describe("what is private", () => {
  for (const [text, masked] of [
    ["invalid_auth for xoxb-1-2-abc.", "invalid_auth for <secret>"],
    ["xoxe.xoxp-1-abc is expired", "<secret> is expired"],
    ["secret-token:conductorone.com:v1:eyJrdHkiOiJPS1AifQ is bad", "<secret> is bad"],
    ['userName "ada.l+x@corp.example" exists (ben@sub.example.org)', 'userName "<address>" exists (<address>)'],
    ["no account ада@пример.рф", "no account <address>"],
    ["GET Users/ada%40corp.example is 404", "GET <address> is 404"],
    ["group S0123 at https://api.slack.com/scim/v2/Groups/S0123", undefined],
    ["a token is one word that begins with xoxb- or xoxp-", undefined],
    ["simulated@localhost:8443/c1", undefined],
  ] as const) {
    it(`is masked, and nothing else: ${text}`, () => {
      assert.strictEqual(hidePrivate(text), masked ?? text)
    })
  }
})

describe("a long text without a break", () => {
  it("is looked through once, not from each of its letters on", () => {
    const long = "x".repeat(100_000)
    assert.strictEqual(hidePrivate(`${long} ada@corp.example`), `${long} <address>`)
  })
})

describe("a line of the log", () => {
  it.effect("is JSON with its annotations, masked wherever the private thing stands", () =>
    Effect.gen(function* () {
      const log = Effect.annotateLogs(Effect.logWarning('no user "ada@corp.example"', new Error("of xoxp-1-2")), {
        taskId: "T1",
        target: { email: "ben@corp.example" },
      })
      const [line, ...more] = yield* lines(log)
      assert.lengthOf(more, 0)
      const { level, annotations } = JSON.parse(String(line))
      assert.deepStrictEqual([level, annotations.taskId], ["WARN", "T1"])
      assert.notMatch(String(line), /corp\.example|xoxp/)
    }),
  )

  it.effect("below the level of the settings is not written", () =>
    Effect.gen(function* () {
      assert.lengthOf(yield* lines(Effect.logDebug("a detail")), 0)
    }),
  )
})
