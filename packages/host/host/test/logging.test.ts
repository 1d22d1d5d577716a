// A line of the log is JSON, and private things that a system quotes are masked in it.
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect } from "effect"
import { TestConsole } from "effect/testing"
import { hidePrivate, loggingLayer } from "../src/logging/index.ts"

const lines = <E>(logging: Effect.Effect<void, E>, isTerminal = false) =>
  Effect.andThen(
    Effect.provide(logging, loggingLayer({ level: "info", format: undefined, isTerminal })),
    TestConsole.errorLines,
  )

describe("what is private", () => {
  for (const [text, masked] of [
    ["invalid_auth for xoxb-1-2-abc.", "invalid_auth for <secret>"],
    ["xoxe.xoxp-1-abc is expired", "<secret> is expired"],
    ["secret-token:conductorone.com:v1:eyJrdHkiOiJPS1AifQ is bad", "<secret> is bad"],
    ['userName "ada.l+x@corp.example" exists (ben@sub.example.org)', 'userName "<address>" exists (<address>)'],
    ["no account ада@пример.рф", "no account <address>"],
    ["no account ada@xn--e1afmkfd.xn--p1ai.", "no account <address>."],
    ["GET Users/ada%40corp.example is 404", "GET Users/<address> is 404"],
    ["group S0123 at https://api.slack.com/scim/v2/Groups/S0123", undefined],
    ["node_modules/.pnpm/effect@4.1.0/node_modules/effect", undefined],
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

  it("is looked through once as well where it is full of what could stand in an address", () => {
    for (const text of ["%40".repeat(60_000), "%40a.".repeat(50_000)]) assert.strictEqual(hidePrivate(text), text)
  })

  it("has no address that a path, however long, leads to", () => {
    const path = "Users/".repeat(100)
    assert.strictEqual(hidePrivate(`${path}ada%40corp.example`), `${path}<address>`)
  })
})

const severalLines = Effect.annotateLogs(
  Effect.logWarning(
    "refused:\nsecret-token:conductorone.com:v1:eyJrdHkiOiJPS1AifQ\n\tada@corp.example\u001b",
    Cause.fail(new Error("of\nben@corp.example\n")),
  ),
  { target: { "eve@corp.example": "a\neve@corp.example" } },
)

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

  it.effect("is JSON, masked, where the private thing begins a line of a text or is a name", () =>
    Effect.gen(function* () {
      const [line] = yield* lines(severalLines)
      const { message, cause, annotations } = JSON.parse(String(line))
      assert.strictEqual(message, "refused:\n<secret>\n\t<address>\u001b")
      assert.match(cause, /Error: of\n<address>\n/)
      assert.deepStrictEqual(annotations, { target: { "<address>": "a\n<address>" } })
    }),
  )

  it.effect("for a terminal is one line of text, masked in the same places", () =>
    Effect.gen(function* () {
      const written = yield* lines(Effect.withLogSpan(severalLines, "a day"), true)
      assert.lengthOf(written, 1)
      const line = String(written[0])
      assert.match(
        line,
        /^timestamp=[\d:.TZ-]+ level=WARN fiber=#\d+ message="refused:\\n<secret>\\n\\t<address>\\u001b" /,
      )
      assert.include(line, String.raw` cause="Error: of\n<address>\n`)
      assert.match(line, / a_day=\d+ms /)
      assert.isTrue(line.endsWith(String.raw` target="{\"<address>\":\"a\\n<address>\"}"`))
      assert.notInclude(line, "\n")
    }),
  )

  it.effect("below the level of the settings is not written", () =>
    Effect.gen(function* () {
      assert.lengthOf(yield* lines(Effect.logDebug("a detail")), 0)
    }),
  )
})
