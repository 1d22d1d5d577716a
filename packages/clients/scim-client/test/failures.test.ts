import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber, Layer, Logger, Redacted, References } from "effect"
import { Resilience } from "@rollcall/resilience"
import {
  genericDialect,
  ScimClient,
  type ScimClientOptions,
  type ScimReason,
  ScimToken,
  slackDialect,
} from "../src/index.ts"
import { clientLayer, noRetries, type ScriptedReply, scimServer, testToken } from "./scimServer.ts"

const getGroup = ScimClient.use(({ groups }) => groups.get("S1"))
const addMember = ScimClient.use(({ groups }) => groups.addMember("S1", "U1"))

/** The error of one read that is answered so, without retries. */
const failureOf = (reply: ScriptedReply, options: Partial<ScimClientOptions> = {}) =>
  Effect.gen(function* () {
    const { baseUrl } = yield* scimServer([reply])
    return yield* Effect.flip(getGroup).pipe(
      Effect.provide(clientLayer({ baseUrl, speed: 1, retry: noRetries, ...options })),
    )
  })

const v1Error = (description: string, code: number) => ({ status: code, body: { Errors: { description, code } } })
const v2Error = (detail: string, status: number) => ({
  status,
  body: { schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], detail, status },
})
const html = "<!DOCTYPE html><html><body>\u0007Down for maintenance</body></html>"

describe("a reply that is no answer", () => {
  it.live.each<readonly [string, ScriptedReply, ScimReason]>([
    ["a refusal in the shape of v1", v1Error("no_such_group", 404), { _tag: "NotFound", code: "no_such_group" }],
    ["a refusal in the shape of v2", v2Error("no_such_group", 404), { _tag: "NotFound", code: "no_such_group" }],
    [
      "a dead token, which v2 tells in the shape of v1",
      v1Error("invalid_authentication", 401),
      { _tag: "InvalidAuth", code: "invalid_authentication" },
    ],
    ["401 without any body", { status: 401 }, { _tag: "InvalidAuth" }],
    ["a plan without SCIM", v2Error("plus_teams_only", 403), { _tag: "PlanTooLow", code: "plus_teams_only" }],
    ["a code that nobody knows", v2Error("brand_new", 400), { _tag: "UnknownError", code: "brand_new" }],
    ["403 with a code that nobody knows", v2Error("brand_new", 403), { _tag: "UnknownError", code: "brand_new" }],
    [
      "404 of one object with a code that nobody knows",
      v2Error("brand_new", 404),
      { _tag: "NotFound", code: "brand_new" },
    ],
    [
      "200 with a code that is known, which keeps its meaning",
      { ...v1Error("invalid_authentication", 401), status: 200 },
      { _tag: "InvalidAuth", code: "invalid_authentication" },
    ],
    ["500 with a code that is known", v2Error("plus_teams_only", 500), { _tag: "PlanTooLow", code: "plus_teams_only" }],
    ["429 with a code that is known", v2Error("no_such_group", 429), { _tag: "NotFound", code: "no_such_group" }],
    [
      "a code named like a member of every object",
      v2Error("constructor", 400),
      { _tag: "UnknownError", code: "constructor" },
    ],
    [
      "a sentence in place of a code",
      v2Error("Ada Byron may not do this", 403),
      { _tag: "UnexpectedReply", problem: "status", detail: "109 characters of JSON" },
    ],
    [
      "a list of errors, as SCIM 1.1 has it",
      { status: 404, body: { Errors: [{ description: "no_such_user", code: "404" }] } },
      { _tag: "NotFound", code: "no_such_user" },
    ],
    [
      "429 with its pause",
      { ...v2Error("too_many_requests", 429), headers: { "retry-after": "17" } },
      { _tag: "RateLimited", code: "too_many_requests", retryAfterMillis: 17_000 },
    ],
    ["429 without a pause", { status: 429, body: html }, { _tag: "RateLimited", retryAfterMillis: 30_000 }],
    ["429 for one object", v2Error("resource_locked", 429), { _tag: "ResourceLocked", code: "resource_locked" }],
    ["500 with a page of HTML", { status: 500, body: html }, { _tag: "ServerError" }],
    [
      "503 that asks for a pause",
      { status: 503, headers: { "retry-after": "5" }, body: html },
      { _tag: "ServerError", retryAfterMillis: 5000 },
    ],
    ["501", v2Error("not_here", 501), { _tag: "NotSupported", code: "not_here" }],
    [
      "404 with a page of HTML, which says nothing of the group",
      { status: 404, body: "<h1>Not here</h1>" },
      { _tag: "UnexpectedReply", problem: "status", detail: "<h1>Not here</h1>" },
    ],
    [
      "404 with JSON that is not SCIM's",
      { status: 404, body: { ok: false, error: "unknown_method" } },
      { _tag: "UnexpectedReply", problem: "status", detail: "37 characters of JSON" },
    ],
    [
      "a known code with a detail behind it",
      v1Error("cannot_disable_primary_owner (user=U1)", 400),
      { _tag: "ProtectedAccount", code: "cannot_disable_primary_owner" },
    ],
    [
      "a known code with words behind it, which are not kept",
      v2Error("email_taken: ada@example.com is Ada's", 409),
      { _tag: "Conflict", code: "email_taken" },
    ],
    [
      "an unknown code with a detail in brackets behind it",
      v2Error("brand_new_code (user=U1)", 400),
      { _tag: "UnknownError", code: "brand_new_code" },
    ],
    [
      "a known code that stands beside an unknown scimType",
      { status: 409, body: { schemas: ["x"], scimType: "uniqueness", detail: "username_taken (username=ada)" } },
      { _tag: "Conflict", code: "username_taken" },
    ],
    ["409 with a code that nobody knows", v2Error("brand_new", 409), { _tag: "UnclearConflict", code: "brand_new" }],
    ["409 with a sentence", v2Error("Ada Byron is being changed", 409), { _tag: "UnclearConflict" }],
    [
      "a redirect in SCIM's own shape",
      v2Error("brand_new", 302),
      { _tag: "UnexpectedReply", problem: "status", detail: "93 characters of JSON" },
    ],
    [
      "a redirect, which is not followed",
      { status: 302, headers: { location: "https://elsewhere.example/" }, body: "Moved" },
      { _tag: "UnexpectedReply", problem: "status", detail: "Moved" },
    ],
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
      "incomplete JSON in a complete reply",
      { body: '{"id":"S1","displayName":"Cr' },
      { _tag: "UnexpectedReply", problem: "truncated", detail: "28 characters of JSON" },
    ],
  ])("is told by its reason: %s", ([, reply, reason]) =>
    Effect.gen(function* () {
      const error = yield* failureOf(reply)
      assert.deepStrictEqual(error.reason, reason)
      assert.deepInclude(error, { verb: "GET", path: "Groups/S1", status: reply.status ?? 200 })
    }),
  )

  it.live.each<readonly [string, ScriptedReply]>([
    ["an empty 200", { body: "" }],
    ["204, where a read has nothing to say", { status: 204 }],
    ["a group without an id", { body: { displayName: "private words" } }],
    ["a group whose members are no list", { body: { id: "S1", members: "private words" } }],
  ])("of the wrong shape says where it is wrong and not what stands there: %s", ([, reply]) =>
    Effect.gen(function* () {
      const error = yield* failureOf(reply)
      assert.deepInclude(error.reason, { _tag: "UnexpectedReply", problem: "shape" })
      assert.notInclude(error.message, "private words")
    }),
  )

  it.live("that is longer than the bound is not read to its end", () =>
    Effect.gen(function* () {
      const error = yield* failureOf({ body: "x".repeat(5000) }, { longestReplyBytes: 1000 })
      assert.deepInclude(error.reason, { _tag: "UnexpectedReply", problem: "tooLarge" })
    }),
  )

  it.live("in the standard's words is told by its scimType", () =>
    Effect.gen(function* () {
      const body = { schemas: ["x"], scimType: "uniqueness", detail: "Ada exists already", status: "409" }
      const error = yield* failureOf({ status: 409, body }, { dialect: genericDialect })
      assert.deepStrictEqual(error.reason, { _tag: "Conflict", code: "uniqueness" })
      assert.match(error.message, /^The server's SCIM GET Groups\/S1 /u)
      assert.notInclude(error.message, "Ada")
    }),
  )
})

describe("a connection that fails", () => {
  it.live("because nobody listens is told as refused, with the host", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* Effect.scoped(scimServer([]))
      const error = yield* Effect.flip(getGroup).pipe(Effect.provide(clientLayer({ baseUrl, retry: noRetries })))
      assert.deepInclude(error.reason, { _tag: "Network", problem: "refused", code: "ECONNREFUSED" })
      assert.include(error.message, new URL(baseUrl).host)
    }),
  )

  it.live("by silence is told with the time that was given", () =>
    Effect.gen(function* () {
      const error = yield* failureOf({ never: true }, { timeout: Duration.millis(30) })
      assert.deepStrictEqual(error.reason, { _tag: "TimedOut", afterMillis: 30 })
    }),
  )

  it.live("because the caller lost interest is closed", () =>
    Effect.gen(function* () {
      const arrived = yield* Deferred.make<void>()
      const closed = yield* Deferred.make<void>()
      const fetching: NonNullable<ScimClientOptions["fetch"]> = async (url, init) => {
        init.signal?.addEventListener("abort", () => Effect.runSync(Deferred.succeed(closed, undefined)))
        Effect.runSync(Deferred.succeed(arrived, undefined))
        return fetch(url, init)
      }
      const { baseUrl } = yield* scimServer([{ never: true }])
      const fiber = yield* Effect.forkChild(getGroup.pipe(Effect.provide(clientLayer({ baseUrl, fetch: fetching }))))
      yield* Deferred.await(arrived)
      yield* Fiber.interrupt(fiber)
      yield* Deferred.await(closed)
    }),
  )
})

describe("retries", () => {
  const group = { body: { id: "S1" } }
  const trying = (what: "read" | "write", ...replies: ReadonlyArray<ScriptedReply>) =>
    Effect.gen(function* () {
      const server = yield* scimServer(replies)
      const result = yield* Effect.result(what === "read" ? getGroup : addMember).pipe(
        Effect.provide(clientLayer(server)),
      )
      return {
        sent: server.requests.length,
        ended: result._tag === "Success" ? "well" : result.failure.isUncertain ? "uncertain" : "badly",
      }
    })

  it.live.each<readonly [string, ScriptedReply]>([
    ["429", { ...v2Error("too_many_requests", 429), headers: { "retry-after": "0" } }],
    ["a locked object", v2Error("resource_locked", 429)],
  ])("are made after %s, of writes too, since nothing was done", ([, reply]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* trying("read", reply, group), { sent: 2, ended: "well" })
      assert.deepStrictEqual(yield* trying("write", reply, group), { sent: 2, ended: "well" })
    }),
  )

  it.live.each<readonly [string, ScriptedReply]>([
    ["500", { status: 500, body: html }],
    ["503 with a pause", { status: 503, headers: { "retry-after": "0" } }],
    ["a code by which the server failed", v2Error("group_members_create_failed", 400)],
    ["a connection cut in the reply", { body: { id: "S1", padding: "x".repeat(10_000) }, cut: true }],
    ["half of a JSON", { body: '{"id":' }],
    ["a page of HTML in place of the answer", { body: html }],
    ["a redirect", { status: 302, headers: { location: "https://elsewhere.example/" }, body: "" }],
    ["403 with a page of HTML", { status: 403, body: html }],
    ["404 with a page of HTML", { status: 404, body: html }],
    ["403 in SCIM's words without a code", v2Error("You may not do this", 403)],
    ["a code that is not known", v2Error("brand_new", 400)],
    ["409 with a code that is not known", v2Error("brand_new", 409)],
    ["an answer of another shape", { body: { id: 7 } }],
  ])("are made after %s for reads only: a write may have taken effect, and says so", ([, reply]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* trying("read", reply, group), { sent: 2, ended: "well" })
      assert.deepStrictEqual(yield* trying("write", reply, group), { sent: 1, ended: "uncertain" })
    }),
  )

  it.live("are made of a list that is answered with 404, whatever code SCIM's words hold", () =>
    Effect.gen(function* () {
      for (const refusal of [v2Error("brand_new", 404), v2Error("Nothing is here", 404), { body: "" }]) {
        const server = yield* scimServer([refusal, { body: { Resources: [], totalResults: 0 } }])
        const page = yield* ScimClient.use(({ users }) => users.page({ startIndex: 1, count: 10 })).pipe(
          Effect.provide(clientLayer(server)),
        )
        assert.deepStrictEqual([page.totalResults, server.requests.length], [0, 2])
      }
    }),
  )

  it.live.each(["cannot_modify_owner", "no_such_group", "plus_teams_only", "invalid_authentication"])(
    "are not made after %s, which leaves nothing uncertain",
    (code) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* trying("read", v2Error(code, 400)), { sent: 1, ended: "badly" })
        assert.deepStrictEqual(yield* trying("write", v2Error(code, 400)), { sent: 1, ended: "badly" })
      }),
  )

  it.live("of a write are made while nobody listens, as nothing was sent", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* Effect.scoped(scimServer([]))
      const error = yield* Effect.flip(addMember).pipe(Effect.provide(clientLayer({ baseUrl })))
      assert.deepInclude(error, { attempts: 5, isUncertain: false })
    }),
  )

  it.live("end, and the error tells how often it was sent and how long was waited", () =>
    Effect.gen(function* () {
      const server = yield* scimServer([{ status: 502, body: html }])
      const error = yield* Effect.flip(getGroup).pipe(Effect.provide(clientLayer(server)))
      assert.deepInclude(error, { attempts: 5, status: 502, category: "unavailable", kind: "unavailable" })
      assert.include(error.message, "Gave up after 5 attempts")
      assert.lengthOf(server.requests, 5)
    }),
  )
})

describe("a token", () => {
  it.live("stands in the header, and in no error, even where the server repeats it", () =>
    Effect.gen(function* () {
      const token = "opaque-0123456789-secret"
      const server = yield* scimServer(({ headers }, index) =>
        index === 0
          ? { status: 400, body: `You sent ${headers.authorization} and ${"blah ".repeat(1000)}` }
          : { ...v2Error(String(headers.authorization?.slice(7)), 400) },
      )
      const layer = clientLayer({ ...server, retry: noRetries }, token)
      const [first, second] = yield* Effect.all([Effect.flip(getGroup), Effect.flip(getGroup)]).pipe(
        Effect.provide(layer),
      )
      assert.strictEqual(server.requests[0]?.headers.authorization, `Bearer ${token}`)
      for (const error of [first, second]) {
        assert.notInclude(`${error.message} ${error.hint} ${JSON.stringify(error)}`, "secret")
      }
      assert.include(first.message, "You sent Bearer <token>")
      assert.isBelow(first.message.length, 300)
    }),
  )

  it.live.each(["", "two words", "line\nbreak", "tökén"])("that cannot be one is not sent: %j", (token) =>
    Effect.gen(function* () {
      const server = yield* scimServer([])
      const error = yield* Effect.flip(getGroup).pipe(Effect.provide(clientLayer(server, token)))
      assert.deepInclude(error, { category: "credential", kind: "refused" })
      assert.deepStrictEqual(error.reason, { _tag: "MalformedToken" })
      assert.lengthOf(server.requests, 0)
    }),
  )

  it.live("that cannot be had is told in its source's words, with the call that was not sent", () =>
    Effect.gen(function* () {
      const server = yield* scimServer([])
      const gone = Layer.succeed(ScimToken, {
        current: Effect.fail({ message: "The file t does not exist.", hint: "Name a file that is there." }),
      })
      const options = { version: "v2", dialect: slackDialect, ...server } as const
      const layer = ScimClient.layer(options).pipe(Layer.provide([gone, Resilience.layer]))
      const error = yield* Effect.flip(addMember.pipe(Effect.provide(layer)))
      assert.match(
        error.message,
        /^Slack's SCIM PATCH Groups\/S1 was not sent because the token cannot be read: The file t does not exist\.$/u,
      )
      assert.strictEqual(error.hint, "Name a file that is there.")
      assert.lengthOf(server.requests, 0)
    }),
  )

  it.live("is asked for before every attempt, so that a retry carries one that came meanwhile", () =>
    Effect.gen(function* () {
      const server = yield* scimServer([{ status: 500 }, { body: { id: "S1" } }])
      const tokens = ["one", "two"]
      const changing = Layer.succeed(ScimToken, {
        current: Effect.sync(() => Redacted.make(tokens.shift() ?? "three")),
      })
      const options = { version: "v2", dialect: slackDialect, speed: Number.POSITIVE_INFINITY, ...server } as const
      yield* getGroup.pipe(Effect.provide(ScimClient.layer(options).pipe(Layer.provide([changing, Resilience.layer]))))
      assert.deepStrictEqual(
        server.requests.map(({ headers }) => headers.authorization),
        ["Bearer one", "Bearer two"],
      )
    }),
  )

  it.live("stands in no log, of a success or of a failure", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ message, fiber }) => {
        lines.push(`${JSON.stringify(message)} ${JSON.stringify(fiber.getRef(References.CurrentLogAnnotations))}`)
      })
      const server = yield* scimServer([{ status: 500, body: testToken }, { body: { id: "S1" } }])
      yield* getGroup.pipe(
        Effect.provide(clientLayer(server)),
        Effect.provide(Logger.layer([logger])),
        Effect.provideService(References.MinimumLogLevel, "Trace"),
      )
      assert.isNotEmpty(lines)
      assert.notInclude(lines.join("\n"), "secret")
    }),
  )
})

describe("an id", () => {
  it.live.each(["", " ", ".", ".."])("that would name all users is not sent: %j", (id) =>
    Effect.gen(function* () {
      const server = yield* scimServer([])
      const error = yield* ScimClient.use(({ users }) => users.delete(id)).pipe(
        Effect.flip,
        Effect.provide(clientLayer(server)),
      )
      assert.deepStrictEqual(error.reason, { _tag: "MalformedId" })
      assert.isFalse(error.isUncertain)
      assert.lengthOf(server.requests, 0)
    }),
  )

  it.live.each(["", " ", "."])("of a member that is none is not sent either: %j", (id) =>
    Effect.gen(function* () {
      const server = yield* scimServer([])
      for (const verb of ["addMember", "removeMember"] as const) {
        const error = yield* ScimClient.use(({ groups }) => groups[verb]("S1", id)).pipe(
          Effect.flip,
          Effect.provide(clientLayer(server)),
        )
        assert.deepStrictEqual(error.reason, { _tag: "MalformedId" })
      }
      assert.lengthOf(server.requests, 0)
    }),
  )

  it.live("is one step of the path, whatever it holds", () =>
    Effect.gen(function* () {
      const server = yield* scimServer([{ status: 204 }])
      yield* ScimClient.use(({ users }) => users.delete("../Groups/S1?x#y")).pipe(Effect.provide(clientLayer(server)))
      assert.strictEqual(server.requests[0]?.line, "DELETE /scim/v2/Users/..%2FGroups%2FS1%3Fx%23y")
    }),
  )
})
