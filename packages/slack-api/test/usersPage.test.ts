import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { parseUsersCursor, usersCursorText, usersPage } from "../src/index.ts"
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
    return result._tag === "Success"
      ? { sent, page: result.success, category: undefined }
      : { sent, page: undefined, category: result.failure.category }
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
      assert.deepStrictEqual(answer, answerOf("200:dXNlcjpW="))
    }),
  )

  it.live.each(["37", "500"])("go on with any size that a cursor holds: %s", (size) =>
    Effect.gen(function* () {
      const { sent, page: answer } = yield* ask(`${size}:dXNlcjpV=`, page("dXNlcjpW="))
      assert.deepStrictEqual(sent, [{ limit: size, cursor: "dXNlcjpV=" }])
      assert.deepStrictEqual(answer, answerOf(`${size}:dXNlcjpW=`))
    }),
  )

  it.live("end where Slack gives no cursor", () =>
    Effect.gen(function* () {
      const { page: answer } = yield* ask("999:dXNlcjpV=", page(""))
      assert.deepStrictEqual(answer, answerOf())
    }),
  )

  it.live.each<readonly [string, ScriptedReply]>([
    ["limit_required", refusal("limit_required")],
    ["a 500", { status: 500, body: "<html>" }],
    ["a 504", { status: 504, body: "" }],
    ["fatal_error", refusal("fatal_error")],
    ["service_unavailable", refusal("service_unavailable")],
    ["no answer in time", { never: true }],
  ])("fall back to 200 after one failure of a large page: %s", ([, failure]) =>
    Effect.gen(function* () {
      const { sent, page: answer } = yield* ask("999:dXNlcjpV=", failure, page("dXNlcjpW="))
      assert.deepStrictEqual(sent, [
        { limit: "999", cursor: "dXNlcjpV=" },
        { limit: "200", cursor: "dXNlcjpV=" },
      ])
      assert.deepStrictEqual(answer, answerOf("200:dXNlcjpW="))
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
        ["999", "200", "200", "200", "200", "200"],
      )
      assert.strictEqual(category, "unavailable")
    }),
  )

  it.live.each(["dXNlcjpV=", "0:abc", "1000:abc", "999:", ":abc", "-1:abc", ""])(
    "are not asked for with a cursor that is none: %j",
    (cursor) =>
      Effect.gen(function* () {
        const { sent, category } = yield* ask(cursor, page(""))
        assert.lengthOf(sent, 0)
        assert.strictEqual(category, "cursor")
      }),
  )

  it("keep a cursor with colons and equals signs as it is", () => {
    assert.deepStrictEqual(parseUsersCursor(usersCursorText(200, "a:b==")), { size: 200, cursor: "a:b==" })
  })
})
