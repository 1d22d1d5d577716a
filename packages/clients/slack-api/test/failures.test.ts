import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { type SlackError, type SlackReason, SlackWebApi, type SlackWebApiOptions } from "../src/index.ts"
import { clientLayer, noRetries, quickRetries, type ScriptedReply, slackServer, testToken } from "./slackServer.ts"

const listUsers = SlackWebApi.use((api) => api.usersList({ limit: 999 }))

/** The error of one call that is answered so, without retries. */
const failureOf = (reply: ScriptedReply, options: SlackWebApiOptions = {}) =>
  Effect.gen(function* () {
    const { baseUrl } = yield* slackServer(reply)
    return yield* Effect.flip(listUsers).pipe(
      Effect.provide(clientLayer({ baseUrl, speed: 1, retry: noRetries, ...options })),
    )
  })

const refusal = (error: string, more: object = {}) => ({ body: { ok: false, error, ...more } })
const html = "<!DOCTYPE html><html><body>\u0007Down for maintenance</body></html>"

describe("a reply that is no answer", () => {
  it.live.each<readonly [string, ScriptedReply, SlackReason]>([
    [
      "429 with its pause",
      { status: 429, headers: { "retry-after": "17" }, ...refusal("ratelimited") },
      { _tag: "RateLimited", retryAfterMillis: 17_000 },
    ],
    ["429 without a pause", { status: 429, body: "" }, { _tag: "RateLimited", retryAfterMillis: 30_000 }],
    [
      "429 with a pause that is no number",
      { status: 429, headers: { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" } },
      { _tag: "RateLimited", retryAfterMillis: 30_000 },
    ],
    ["`ratelimited` inside a 200", refusal("ratelimited"), { _tag: "RateLimited", retryAfterMillis: 30_000 }],
    ["500 with a page of HTML", { status: 500, body: html }, { _tag: "ServerError" }],
    [
      "503 that asks for a pause",
      { status: 503, headers: { "retry-after": "5" }, body: html },
      { _tag: "ServerError", retryAfterMillis: 5000 },
    ],
    [
      "500 with a code that is known, which keeps its meaning",
      { status: 500, ...refusal("token_revoked") },
      { _tag: "TokenRevoked", code: "token_revoked" },
    ],
    [
      "429 with a code that is known",
      { status: 429, ...refusal("invalid_auth") },
      { _tag: "InvalidAuth", code: "invalid_auth" },
    ],
    [
      "404 with a code that is known",
      { status: 404, ...refusal("unknown_method") },
      { _tag: "UnknownMethod", code: "unknown_method" },
    ],
    [
      "503 with a code that is known and a pause",
      { status: 503, headers: { "retry-after": "7" }, ...refusal("service_unavailable") },
      { _tag: "ServerError", code: "service_unavailable", retryAfterMillis: 7000 },
    ],
    ["500 with a code that nobody knows", { status: 500, ...refusal("brand_new") }, { _tag: "ServerError" }],
    [
      "403 with a code that nobody knows",
      { status: 403, ...refusal("brand_new") },
      { _tag: "UnknownError", code: "brand_new" },
    ],
    [
      "a known code beside members of other types than documented",
      refusal("invalid_auth", { needed: ["users:read"], provided: 7 }),
      { _tag: "InvalidAuth", code: "invalid_auth" },
    ],
    ["204", { status: 204, body: "" }, { _tag: "UnexpectedReply", problem: "status", detail: "" }],
    ["500 whose body claims success", { status: 500, body: { ok: true, members: [] } }, { _tag: "ServerError" }],
    [
      "200 with a page of HTML",
      { body: html },
      {
        _tag: "UnexpectedReply",
        problem: "html",
        detail: "<!DOCTYPE html><html><body>\\u{7}Down for maintenance</body></html>",
      },
    ],
    [
      "404 with a page of HTML",
      { status: 404, body: "<h1>Not here</h1>" },
      { _tag: "UnexpectedReply", problem: "status", detail: "<h1>Not here</h1>" },
    ],
    [
      "a redirect, which is not followed",
      { status: 302, headers: { location: "https://elsewhere.example/" }, body: "Moved" },
      { _tag: "UnexpectedReply", problem: "status", detail: "Moved" },
    ],
    [
      "incomplete JSON in a complete reply",
      { body: '{"ok":true,"members":[{"id":"U1"' },
      { _tag: "UnexpectedReply", problem: "truncated", detail: "32 characters of JSON" },
    ],
    ["an empty body", { body: "" }, { _tag: "UnexpectedReply", problem: "notJson", detail: "" }],
    ["JSON without `ok`", { body: [1] }, { _tag: "UnexpectedReply", problem: "shape", detail: "3 characters of JSON" }],
    [
      "`ok: false` without a code",
      { body: { ok: false } },
      { _tag: "UnexpectedReply", problem: "shape", detail: "12 characters of JSON" },
    ],
    [
      "a code that nobody knows",
      refusal("brand_new\u001B[31m_error"),
      { _tag: "UnknownError", code: "brand_new\\u{1b}[31m_error" },
    ],
    [
      "a known code with a detail behind it, which is not kept",
      refusal("account_inactive (user=U0ADA)"),
      { _tag: "AccountInactive", code: "account_inactive" },
    ],
    [
      "an unknown code with a detail behind it, which is not kept",
      refusal("brand_new_error (user=U0ADA)"),
      { _tag: "UnknownError", code: "brand_new_error" },
    ],
    [
      "a refusal with an unusual status",
      { status: 403, ...refusal("invalid_auth") },
      { _tag: "InvalidAuth", code: "invalid_auth" },
    ],
    [
      "a missing scope",
      refusal("missing_scope", { needed: "users:read", provided: "team:read,usergroups:read" }),
      { _tag: "MissingScope", needed: ["users:read"], provided: ["team:read", "usergroups:read"] },
    ],
    [
      "a demand for a workspace, which only a token of an organisation meets",
      refusal("missing_argument"),
      { _tag: "OrgLevelInstall" },
    ],
  ])("is told by its reason: %s", ([, reply, reason]) =>
    Effect.gen(function* () {
      const error = yield* failureOf(reply)
      assert.deepStrictEqual(error.reason, reason)
      assert.strictEqual(error.method, "users.list")
      assert.strictEqual(error.status, reply.status ?? 200)
    }),
  )

  it.live("of the wrong shape says where it is wrong and not what stands there", () =>
    Effect.gen(function* () {
      const error = yield* failureOf({ body: { ok: true, members: "private words" } })
      assert.deepInclude(error.reason, { _tag: "UnexpectedReply", problem: "shape" })
      assert.include(error.message, 'Expected array at ["members"]')
      assert.notInclude(error.message, "private words")
    }),
  )

  it.live("that is longer than the bound is not read to its end", () =>
    Effect.gen(function* () {
      const error = yield* failureOf({ body: "x".repeat(5000) }, { longestReplyBytes: 1000 })
      assert.deepInclude(error.reason, { _tag: "UnexpectedReply", problem: "tooLarge" })
    }),
  )

  it.live("never brings the token or a long body into what is told", () =>
    Effect.gen(function* () {
      const error = yield* failureOf({ status: 400, body: `You sent ${testToken}. ${"blah ".repeat(1000)}` })
      assert.include(error.message, "You sent <token>")
      assert.isBelow(error.message.length, 300)
      assert.notInclude(JSON.stringify(error), "secretsecret")
    }),
  )
})

describe("a connection that fails", () => {
  it.live("in mid-body is told as cut", () =>
    Effect.gen(function* () {
      const error = yield* failureOf({ body: { ok: true, members: [], padding: "x".repeat(10_000) }, cut: true })
      assert.deepInclude(error.reason, { _tag: "Network", problem: "reset" })
    }),
  )

  it.live("because nobody listens is told as refused, with the host", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* Effect.scoped(slackServer({}))
      const error = yield* Effect.flip(listUsers).pipe(Effect.provide(clientLayer({ baseUrl, retry: noRetries })))
      assert.deepInclude(error.reason, { _tag: "Network", problem: "refused", code: "ECONNREFUSED" })
      assert.include(error.message, new URL(baseUrl).host)
    }),
  )

  it.live("in its TLS is told so and not tried again", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* slackServer({})
      const error = yield* Effect.flip(listUsers).pipe(
        Effect.provide(clientLayer({ baseUrl: baseUrl.replace("http:", "https:") })),
      )
      assert.deepInclude(error.reason, { _tag: "Network", problem: "tls" })
      assert.isUndefined(error.attempts)
    }),
  )

  it.live("by silence is told with the time that was given", () =>
    Effect.gen(function* () {
      const error = yield* failureOf({ never: true }, { timeout: Duration.millis(30) })
      assert.deepStrictEqual(error.reason, { _tag: "TimedOut", afterMillis: 30 })
    }),
  )
})

describe("retries", () => {
  const ask = (method: string, ...replies: ReadonlyArray<ScriptedReply>) =>
    Effect.gen(function* () {
      const server = yield* slackServer(...replies)
      const result = yield* SlackWebApi.use((api) => api.call(method, {}, Schema.Unknown)).pipe(
        Effect.result,
        Effect.provide(clientLayer({ baseUrl: server.baseUrl, retry: quickRetries })),
      )
      return { sent: server.requests.length, worked: result._tag === "Success" }
    })

  it.live.each<readonly [string, ScriptedReply]>([
    ["429", { status: 429, headers: { "retry-after": "0" } }],
    ["`ratelimited` inside a 200", refusal("ratelimited")],
    ["service_unavailable", refusal("service_unavailable")],
  ])("are made after %s, whatever the method", ([, reply]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ask("users.list", reply, {}), { sent: 2, worked: true })
      assert.deepStrictEqual(yield* ask("chat.postMessage", reply, {}), { sent: 2, worked: true })
    }),
  )

  it.live.each<readonly [string, ScriptedReply]>([
    ["500", { status: 500, body: html }],
    ["503", { status: 503 }],
    ["a cut connection", { cut: true }],
    ["request_timeout", refusal("request_timeout")],
    ["fatal_error", refusal("fatal_error")],
    ["internal_error", refusal("internal_error")],
    ["half of a JSON", { body: '{"ok":' }],
    ["204", { status: 204, body: "" }],
    ["an empty 200", { body: "" }],
    ["a redirect", { status: 302, headers: { location: "https://elsewhere.example/" }, body: "" }],
    ["403 with a page of HTML", { status: 403, body: html }],
    ["404 with a page of HTML", { status: 404, body: html }],
    ["JSON of another shape", { body: [] }],
    ["a code that is not known", refusal("no_such_code")],
  ])("are made after %s for reads only, as a write may have taken effect", ([, reply]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ask("users.list", reply, {}), { sent: 2, worked: true })
      assert.deepStrictEqual(yield* ask("chat.postMessage", reply, {}), { sent: 1, worked: false })
    }),
  )

  it.live.each([
    "invalid_auth",
    "token_revoked",
    "missing_scope",
    "invalid_cursor",
    "user_not_found",
    "invalid_arguments",
  ])("are not made after %s", (code) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ask("users.list", refusal(code), {}), { sent: 1, worked: false })
    }),
  )

  it.live("are made of a read whose records cannot be decoded, or whose reply is too long", () =>
    Effect.gen(function* () {
      const good = { body: { ok: true, members: [] } }
      for (const odd of [{ body: { ok: true, members: "none" } }, { body: { ok: true, padding: "x".repeat(5000) } }]) {
        const server = yield* slackServer(odd, good)
        const { members } = yield* listUsers.pipe(
          Effect.provide(clientLayer({ baseUrl: server.baseUrl, longestReplyBytes: 1000 })),
        )
        assert.deepStrictEqual([members.length, server.requests.length], [0, 2])
      }
    }),
  )

  it.live("end, and the error tells how often it was sent and how long was waited", () =>
    Effect.gen(function* () {
      const server = yield* slackServer({ status: 502, body: html })
      const error: SlackError = yield* Effect.flip(listUsers).pipe(Effect.provide(clientLayer(server)))
      assert.deepInclude(error, { attempts: 5, status: 502 })
      assert.isDefined(error.waitedMillis)
      assert.lengthOf(server.requests, 5)
      assert.include(error.message, "Gave up after 5 attempts")
    }),
  )

  it.live("are not made where the caller wants to know at once", () =>
    Effect.gen(function* () {
      const server = yield* slackServer({ status: 502 })
      const error = yield* SlackWebApi.use((api) => api.usersList({ limit: 999 }, { failFast: ["ServerError"] })).pipe(
        Effect.flip,
        Effect.provide(clientLayer(server)),
      )
      assert.strictEqual(error.reason._tag, "ServerError")
      assert.lengthOf(server.requests, 1)
    }),
  )
})
