import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { largePage, parseUsersCursor, usersCursorText, usersPage } from "../src/index.ts"
import { clientLayer, type ScriptedReply, slackServer } from "./slackServer.ts"

const page = (next: string): ScriptedReply => ({
  body: { ok: true, members: [{ id: "U1" }], response_metadata: { next_cursor: next } },
})
const refusal = (error: string): ScriptedReply => ({ body: { ok: false, error } })

/** Asks for the page at `cursor` and tells what was sent for it. */
const ask = (cursor: string | undefined, ...replies: ReadonlyArray<ScriptedReply>) =>
  Effect.gen(function* () {
    const server = yield* slackServer(...replies)
    const result = yield* usersPage(cursor).pipe(
      Effect.result,
      Effect.provide(clientLayer({ baseUrl: server.baseUrl, timeout: Duration.seconds(1) })),
    )
    const sent = server.requests.map(({ form }) => form)
    if (result._tag === "Failure") return { sent, page: undefined, category: result.failure.category }
    const { asked, ...answer } = result.success
    return { sent, asked, page: answer, category: undefined }
  })

const answerOf = (next?: string) => ({
  members: [{ id: "U1" }],
  rejected: 0,
  ...(next === undefined ? {} : { next }),
})

describe("pages of members", () => {
  it.live("begin with 999 members and without a cursor", () =>
    Effect.gen(function* () {
      const { sent, page: answer } = yield* ask(undefined, page("dXNlcjpV="))
      assert.deepStrictEqual(sent, [{ limit: "999" }])
      assert.deepStrictEqual(answer, answerOf("999:dXNlcjpV="))
    }),
  )

  it.live("go on from the cursor with the size that stands in it", () =>
    Effect.gen(function* () {
      const { sent, page: answer } = yield* ask("200:dXNlcjpV=", page("dXNlcjpW="))
      assert.deepStrictEqual(sent, [{ limit: "200", cursor: "dXNlcjpV=" }])
      assert.deepStrictEqual(answer, answerOf("200+1:dXNlcjpW="))
    }),
  )

  it.live.each(["37", "500", "730"])("go on with any size that a cursor holds: %s", (size) =>
    Effect.gen(function* () {
      const { sent, page: answer } = yield* ask(`${size}:dXNlcjpV=`, page("dXNlcjpW="))
      assert.deepStrictEqual(sent, [{ limit: size, cursor: "dXNlcjpV=" }])
      assert.deepStrictEqual(answer, answerOf(`${size}+1:dXNlcjpW=`))
    }),
  )

  it.live.each([
    ["200", "250"],
    ["250", "500"],
    ["500", "999"],
    ["730", "999"],
  ])("climb one step after ten good pages: from %s to %s", ([size, larger]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* ask(`${size}+8:dXNlcjpV=`, page("n"))).page, answerOf(`${size}+9:n`))
      assert.deepStrictEqual((yield* ask(`${size}+9:dXNlcjpV=`, page("n"))).page, answerOf(`${larger}:n`))
    }),
  )

  it.live("read a list of 30 pages after one hiccup on the second in 999, 500 and 999 again", () =>
    Effect.gen(function* () {
      const sizes: Array<string> = []
      let cursor: string | undefined
      for (let index = 1; index <= 30; index++) {
        const replies = index === 2 ? [{ status: 502 }, page(`p${index}`)] : [page(`p${index}`)]
        const { sent, page: answer } = yield* ask(cursor, ...replies)
        sizes.push(...sent.map(({ limit = "" }) => limit))
        cursor = answer?.next
      }
      const times = (count: number, size: string) => Array.from({ length: count }, () => size)
      assert.deepStrictEqual(sizes, [...times(2, "999"), ...times(10, "500"), ...times(19, "999")])
    }),
  )

  it.live("end where Slack gives no cursor", () =>
    Effect.gen(function* () {
      const { page: answer } = yield* ask("999:dXNlcjpV=", page(""))
      assert.deepStrictEqual(answer, answerOf())
    }),
  )

  it.live.each<readonly [string, ScriptedReply]>([
    ["a 500", { status: 500, body: "<html>" }],
    ["a 504", { status: 504, body: "" }],
    ["fatal_error", refusal("fatal_error")],
    ["service_unavailable", refusal("service_unavailable")],
    ["no answer in time", { never: true }],
  ])("ask for half as many after one failure of a large page: %s", ([, failure]) =>
    Effect.gen(function* () {
      const { sent, page: answer } = yield* ask("999:dXNlcjpV=", failure, page("dXNlcjpW="))
      assert.deepStrictEqual(sent, [
        { limit: "999", cursor: "dXNlcjpV=" },
        { limit: "500", cursor: "dXNlcjpV=" },
      ])
      assert.deepStrictEqual(answer, answerOf("500+1:dXNlcjpW="))
    }),
  )

  it.live.each([
    [undefined, ["999", "200"]],
    ["500+7:dXNlcjpV=", ["500", "200"]],
    ["250:dXNlcjpV=", ["250", "200"]],
  ] as const)("go straight to 200 where Slack says that a limit is required: from %s", ([cursor, limits]) =>
    Effect.gen(function* () {
      const { sent, page: answer } = yield* ask(cursor, refusal("limit_required"), page("dXNlcjpW="))
      assert.deepStrictEqual(
        sent.map(({ limit }) => limit),
        [...limits],
      )
      assert.deepStrictEqual(answer, answerOf("200+1:dXNlcjpW="))
    }),
  )

  it.live("halve again and again while a page fails, and count no page as good that came smaller than asked for", () =>
    Effect.gen(function* () {
      const { sent, page: answer } = yield* ask("500+9:dXNlcjpV=", { status: 500 }, { status: 503 }, page("dXNlcjpW="))
      assert.deepStrictEqual(
        sent.map(({ limit }) => limit),
        ["500", "250", "200"],
      )
      assert.deepStrictEqual(answer, answerOf("200+1:dXNlcjpW="))
    }),
  )

  it.live.each<readonly [string, ScriptedReply]>([
    ["a rate limit", { status: 429, headers: { "retry-after": "0" } }],
    ["a cut connection", { cut: true }],
  ])("stay large after a failure that says nothing of the size: %s", ([, failure]) =>
    Effect.gen(function* () {
      const { sent, page: answer } = yield* ask(undefined, failure, page("dXNlcjpW="))
      assert.deepStrictEqual(sent, [{ limit: "999" }, { limit: "999" }])
      assert.deepStrictEqual(answer, answerOf("999:dXNlcjpW="))
    }),
  )

  it.live("are retried as usual once they are small", () =>
    Effect.gen(function* () {
      const { sent, page: answer } = yield* ask("200:dXNlcjpV=", { status: 500 }, { status: 500 }, page(""))
      assert.deepStrictEqual(
        sent.map(({ limit }) => limit),
        ["200", "200", "200"],
      )
      assert.deepStrictEqual(answer, answerOf())
    }),
  )

  it.live("fail with what a small page fails with", () =>
    Effect.gen(function* () {
      const { sent, category } = yield* ask(undefined, { status: 500 })
      assert.deepStrictEqual(
        sent.map(({ limit }) => limit),
        ["999", "500", "250", "200", "200", "200", "200", "200"],
      )
      assert.strictEqual(category, "unavailable")
    }),
  )

  it.live.each(["dXNlcjpV=", "0:abc", "1000:abc", "999:", ":abc", "-1:abc", "200+:abc", "200+999:abc", ""])(
    "are not asked for with a cursor that is none: %j",
    (cursor) =>
      Effect.gen(function* () {
        const { sent, category } = yield* ask(cursor, page(""))
        assert.lengthOf(sent, 0)
        assert.strictEqual(category, "cursor")
      }),
  )

  it.prop(
    "keep any cursor of Slack's as it is, with the size and the good pages",
    {
      size: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: largePage })),
      goodPages: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 99 })),
      cursor: Schema.NonEmptyString,
    },
    (from) => {
      assert.deepStrictEqual(parseUsersCursor(usersCursorText(from)), from)
    },
    { arbitrary: { seed: 3, runs: 500 } },
  )

  it("keep a cursor with colons and equals signs as it is", () => {
    const from = { size: 200, goodPages: 9, cursor: "9+1:b==\n" }
    assert.deepStrictEqual(parseUsersCursor(usersCursorText(from)), from)
  })
})
