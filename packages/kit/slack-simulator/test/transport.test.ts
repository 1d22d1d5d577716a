import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { makeSimulator, startSimulator } from "../src/index.ts"
import { call, request } from "./calling.ts"

const started = startSimulator({ rateLimits: "off", users: 20 })

describe("a call's token", () => {
  it.effect("is taken from a bearer header, or from the field of a form", () =>
    Effect.gen(function* () {
      const slack = yield* started
      assert.isTrue((yield* call(slack, "auth.test")).json["ok"])
      assert.isTrue((yield* call(slack, "auth.test", { token: slack.botToken }, null)).json["ok"])
    }),
  )

  it.effect("is refused in a query, even when it is a good one", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const { json } = yield* request(slack, `/api/auth.test?token=${slack.botToken}`)
      assert.deepStrictEqual(json, { ok: false, error: "invalid_auth" })
    }),
  )

  it.effect("counts as missing when there is none, an empty one, or another scheme", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const missing: ReadonlyArray<RequestInit> = [
        { method: "POST" },
        { method: "POST", body: new URLSearchParams({ token: "" }) },
        { headers: { authorization: "Bearer " } },
        { headers: { authorization: `Basic ${slack.botToken}` } },
      ]
      for (const init of missing) {
        assert.strictEqual((yield* request(slack, "/api/auth.test", init)).json["error"], "not_authed")
      }
    }),
  )

  it.effect("is invalid when it is unknown", () =>
    Effect.gen(function* () {
      const slack = yield* started
      assert.strictEqual((yield* call(slack, "users.list", {}, "xoxb-other")).json["error"], "invalid_auth")
    }),
  )

  it.effect("is not needed for api.test, which echoes its arguments", () =>
    Effect.gen(function* () {
      const slack = yield* started
      assert.deepStrictEqual((yield* call(slack, "api.test", {}, null)).json, { ok: true, args: {} })
      assert.deepStrictEqual((yield* call(slack, "api.test", { foo: "bar", error: "my_error" }, null)).json, {
        ok: false,
        error: "my_error",
        args: { foo: "bar", error: "my_error" },
      })
    }),
  )
})

describe("a call's arguments", () => {
  it.effect("are read from a query with GET and from a form with POST", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const headers = { authorization: `Bearer ${slack.botToken}` }
      const got = yield* request(slack, "/api/users.list?limit=3", { headers })
      const posted = yield* call(slack, "users.list", { limit: "3" })
      assert.strictEqual(got.json["members"].length, 3)
      assert.deepStrictEqual(posted.json["members"], got.json["members"])
    }),
  )

  const json = (body: string, headers: Record<string, string> = {}) => ({
    method: "POST",
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body,
  })

  it.effect("are ignored by read methods in a JSON body", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const bearer = { authorization: `Bearer ${slack.botToken}` }
      const list = yield* request(slack, "/api/users.list", json('{"limit":3}', bearer))
      assert.strictEqual(list.json["members"].length, 21)
      const [{ id }] = list.json["members"]
      const info = yield* request(slack, "/api/users.info", json(JSON.stringify({ user: id }), bearer))
      assert.strictEqual(info.json["error"], "user_not_found")
    }),
  )

  it.effect("are refused as broken JSON, as JSON that is no object, and as a type that Slack does not take", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const bearer = { authorization: `Bearer ${slack.botToken}` }
      const errorOf = (init: RequestInit) =>
        Effect.map(request(slack, "/api/auth.test", init), (reply) => reply.json["error"])
      assert.strictEqual(yield* errorOf(json("{", bearer)), "invalid_json")
      assert.strictEqual(yield* errorOf(json("[1]", bearer)), "json_not_object")
      const xml = { ...bearer, "content-type": "application/xml" }
      assert.strictEqual(yield* errorOf({ method: "POST", headers: xml, body: "<a/>" }), "invalid_post_type")
    }),
  )

  it.effect("without a content type are refused", () =>
    Effect.gen(function* () {
      const slack = yield* makeSimulator()
      const headers = { authorization: `Bearer ${slack.botToken}` }
      const reply = yield* slack.handle({ method: "POST", target: "/api/auth.test", headers, body: "a=1" })
      assert.strictEqual(reply.body, '{"ok":false,"error":"missing_post_type"}')
    }),
  )

  it.effect("bring a warning where Slack has one, beside the cursor", () =>
    Effect.gen(function* () {
      const slack = yield* started
      const headers = {
        authorization: `Bearer ${slack.botToken}`,
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      }
      const { json: body } = yield* request(slack, "/api/users.list", { method: "POST", headers, body: "limit=999" })
      assert.strictEqual(body["warning"], "superfluous_charset")
      assert.deepStrictEqual(body["response_metadata"], { next_cursor: "", warnings: ["superfluous_charset"] })
    }),
  )
})

describe("scopes", () => {
  it.effect("stand in the headers of successes and failures", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ rateLimits: "off", botScopes: ["users:read"] })
      const good = yield* call(slack, "users.list", { limit: "1" })
      const bad = yield* call(slack, "team.info")
      for (const { headers } of [good, bad]) assert.strictEqual(headers.get("x-oauth-scopes"), "users:read")
      assert.strictEqual(good.headers.get("x-accepted-oauth-scopes"), "users:read")
      assert.strictEqual(bad.headers.get("x-accepted-oauth-scopes"), "team:read")
    }),
  )

  it.effect("that a token lacks are named, with those it has", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ rateLimits: "off", botScopes: ["users:read", "team:read"] })
      for (const method of ["usergroups.list", "usergroups.users.list"]) {
        assert.deepStrictEqual((yield* call(slack, method)).json, {
          ok: false,
          error: "missing_scope",
          needed: "usergroups:read",
          provided: "users:read,team:read",
        })
      }
    }),
  )

  it.effect("differ between the bot token and the user token", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ rateLimits: "off", userScopes: ["admin"] })
      assert.isTrue((yield* call(slack, "users.list", { limit: "1" })).json["ok"])
      const { json: body } = yield* call(slack, "users.list", { limit: "1" }, slack.userToken)
      assert.strictEqual(body["needed"], "users:read")
    }),
  )
})

describe("a method that the simulator does not have", () => {
  it.effect("is unknown, whatever the token", () =>
    Effect.gen(function* () {
      const slack = yield* started
      for (const token of [slack.botToken, "wrong", null]) {
        assert.deepStrictEqual((yield* call(slack, "users.everything", {}, token)).json, {
          ok: false,
          error: "unknown_method",
        })
      }
    }),
  )
})
