import { CallWaits, Resilience } from "@rollcall/resilience"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Duration, Effect, Fiber, Layer, Redacted, Schema } from "effect"
import { defaultBaseUrl, type SlackError, SlackToken, SlackWebApi } from "../src/index.ts"
import { leapingClock } from "@rollcall/test-kit/virtual-time"
import { callApiTest, clientLayer, quickRetries, slackServer, testToken } from "./slackServer.ts"

const page = (members: ReadonlyArray<unknown>, metadata: object = {}) => ({ body: { ok: true, members, ...metadata } })

describe("a request", () => {
  it.live("is a form in a POST, with the token in the Authorization header and nowhere else", () =>
    Effect.gen(function* () {
      const server = yield* slackServer(page([]))
      yield* SlackWebApi.use((api) => api.usersList({ limit: 999, cursor: "dXNlcjpV==" })).pipe(
        Effect.provide(clientLayer(server)),
      )
      const [request] = server.requests
      assert.strictEqual(request?.method, "POST")
      assert.strictEqual(request?.url, "/api/users.list")
      assert.deepStrictEqual(request?.form, { limit: "999", cursor: "dXNlcjpV==" })
      assert.strictEqual(request?.headers["authorization"], `Bearer ${testToken}`)
      assert.strictEqual(request?.headers["content-type"], "application/x-www-form-urlencoded")
    }),
  )

  it.live("leaves out what is undefined, and writes lists with commas and flags in words", () =>
    Effect.gen(function* () {
      const server = yield* slackServer({})
      const args = { types: ["public_channel", "private_channel"], exclude_archived: true, cursor: undefined }
      yield* SlackWebApi.use((api) => api.call("conversations.list", args, Schema.Unknown)).pipe(
        Effect.provide(clientLayer(server)),
      )
      assert.deepStrictEqual(server.requests[0]?.form, {
        types: "public_channel,private_channel",
        exclude_archived: "true",
      })
    }),
  )

  it.live("goes to a base URL without a slash at its end as well", () =>
    Effect.gen(function* () {
      const server = yield* slackServer({})
      yield* callApiTest.pipe(Effect.provide(clientLayer({ baseUrl: server.baseUrl.replace(/\/$/u, "") })))
      assert.strictEqual(server.requests[0]?.url, "/api/api.test")
    }),
  )

  it.live("goes to commercial Slack unless told otherwise", () =>
    Effect.gen(function* () {
      const urls: Array<string> = []
      const fetch = async (url: string) => {
        urls.push(url)
        return new Response('{"ok":true}')
      }
      yield* callApiTest.pipe(Effect.provide(clientLayer({ fetch })))
      assert.deepStrictEqual(urls, [`${defaultBaseUrl}api.test`])
    }),
  )

  it.live("carries the token of the moment, also when a retry follows a change", () =>
    Effect.gen(function* () {
      const server = yield* slackServer({ status: 503 }, {})
      let reads = 0
      const changing = Layer.succeed(SlackToken, {
        current: Effect.sync(() => Redacted.make(`xoxb-${++reads}`)),
      })
      const layer = SlackWebApi.layer({ baseUrl: server.baseUrl }).pipe(
        Layer.provide(Layer.mergeAll(changing, Resilience.layer)),
      )
      yield* callApiTest.pipe(Effect.provide(layer))
      assert.deepStrictEqual(
        server.requests.map(({ headers }) => headers["authorization"]),
        ["Bearer xoxb-1", "Bearer xoxb-2"],
      )
    }),
  )

  it.live("is not sent without a token, and says what the token's source says", () =>
    Effect.gen(function* () {
      const server = yield* slackServer({})
      const gone = Layer.succeed(SlackToken, {
        current: Effect.fail({ message: "The file t does not exist.", hint: "Name a file that is there." }),
      })
      const layer = SlackWebApi.layer({ baseUrl: server.baseUrl }).pipe(
        Layer.provide(Layer.mergeAll(gone, Resilience.layer)),
      )
      const error = yield* Effect.flip(callApiTest.pipe(Effect.provide(layer)))
      assert.strictEqual(
        error.message,
        "Slack's api.test was not sent because the token cannot be read: The file t does not exist.",
      )
      assert.strictEqual(error.hint, "Name a file that is there.")
      assert.strictEqual(error.kind, "refused")
      assert.lengthOf(server.requests, 0)
    }),
  )

  it.live("closes its connection when it is interrupted", () =>
    Effect.gen(function* () {
      const arrived = yield* Deferred.make<void>()
      const server = yield* slackServer({ never: true })
      const fetchAndTell = (url: string, init: RequestInit) => {
        const response = fetch(url, init)
        Deferred.doneUnsafe(arrived, Effect.void)
        return response
      }
      const layer = clientLayer({ baseUrl: server.baseUrl, fetch: fetchAndTell })
      const call = yield* Effect.forkChild(SlackWebApi.use((api) => api.authTest).pipe(Effect.provide(layer)))
      yield* Deferred.await(arrived)
      yield* until(() => server.requests.length === 1)
      yield* Fiber.interrupt(call)
      yield* until(() => server.abandoned() === 1)
    }),
  )

  it.live.each([
    ["an empty text", ""],
    ["a line break at its end", "xoxb-1-secret\n"],
    ["a space", "xoxb-1 secret"],
    ["letters that no token has", "xoxb-1-sécret"],
  ])("is not sent with a token that is %s", ([, token]) =>
    Effect.gen(function* () {
      const server = yield* slackServer({})
      const error = yield* SlackWebApi.use((api) => api.authTest).pipe(
        Effect.flip,
        Effect.provide(clientLayer(server, token)),
      )
      assert.strictEqual(error.reason._tag, "MalformedToken")
      assert.notInclude(String(error), "secret")
      assert.lengthOf(server.requests, 0)
    }),
  )
})

describe("auth.test", () => {
  const identity = { ok: true, url: "https://acme.slack.com/", team: "Acme", team_id: "T1", user: "bot", user_id: "U1" }

  it.live("tells who the token is and, from the headers, what it was granted", () =>
    Effect.gen(function* () {
      const server = yield* slackServer({
        body: { ...identity, bot_id: "B1", enterprise_id: "E1", is_enterprise_install: true, is_new: 1 },
        headers: { "x-oauth-scopes": "users:read, users:read.email,team:read" },
      })
      const who = yield* SlackWebApi.use((api) => api.authTest).pipe(Effect.provide(clientLayer(server)))
      assert.deepInclude(who, { team_id: "T1", bot_id: "B1", enterprise_id: "E1", is_enterprise_install: true })
      assert.deepStrictEqual(who.scopes, ["users:read", "users:read.email", "team:read"])
    }),
  )

  it.live("takes an empty list of scopes as none told, since no token is without any", () =>
    Effect.gen(function* () {
      const server = yield* slackServer({ body: identity, headers: { "x-oauth-scopes": "" } }, { body: identity })
      const [empty, untold] = yield* SlackWebApi.use((api) => Effect.all([api.authTest, api.authTest])).pipe(
        Effect.provide(clientLayer(server)),
      )
      assert.isUndefined(empty.scopes)
      assert.isUndefined(untold.scopes)
    }),
  )
})

describe("a list", () => {
  it.live.each<readonly [string, object]>([
    ["no metadata", {}],
    ["null metadata", { response_metadata: null }],
    ["no cursor", { response_metadata: {} }],
    ["a null cursor", { response_metadata: { next_cursor: null } }],
    ["an empty cursor", { response_metadata: { next_cursor: "" } }],
  ])("ends with %s", ([, metadata]) =>
    Effect.gen(function* () {
      const server = yield* slackServer(page([{ id: "U1" }], metadata))
      const list = yield* SlackWebApi.use((api) => api.usersList({ limit: 999 })).pipe(
        Effect.provide(clientLayer(server)),
      )
      assert.deepStrictEqual(list, { members: [{ id: "U1" }], rejected: 0 })
    }),
  )

  it.live("goes on after a page without members", () =>
    Effect.gen(function* () {
      const server = yield* slackServer(page([], { response_metadata: { next_cursor: "abc=" } }))
      const list = yield* SlackWebApi.use((api) => api.usersList({ limit: 999 })).pipe(
        Effect.provide(clientLayer(server)),
      )
      assert.deepStrictEqual(list, { members: [], rejected: 0, next: "abc=" })
    }),
  )

  it.live("leaves out a record that cannot be read, counts it, and keeps the others", () =>
    Effect.gen(function* () {
      const server = yield* slackServer(page([{ id: "U1" }, { id: 7 }, null, { name: "no id" }, { id: "U2" }]))
      const list = yield* SlackWebApi.use((api) => api.usersList({ limit: 999 })).pipe(
        Effect.provide(clientLayer(server)),
      )
      assert.deepStrictEqual(list, { members: [{ id: "U1" }, { id: "U2" }], rejected: 3 })
    }),
  )

  it.live("of user groups comes with its members", () =>
    Effect.gen(function* () {
      const usergroups = [
        { id: "S1", users: ["U1", "U2"], date_delete: 0 },
        { id: "S2", date_delete: 1700000000 },
      ]
      const server = yield* slackServer({ body: { ok: true, usergroups } })
      const list = yield* SlackWebApi.use((api) => api.userGroupsList({ include_users: true })).pipe(
        Effect.provide(clientLayer(server)),
      )
      assert.deepStrictEqual(list, { usergroups, rejected: 0, rejectedMembers: 0 })
      assert.deepStrictEqual(server.requests[0]?.form, { include_users: "true" })
    }),
  )

  it.live("tells the ids of members that cannot be read, and those in the whole organisation", () =>
    Effect.gen(function* () {
      const members = [
        { id: "U1" },
        { id: "U2", deleted: "perhaps" },
        { id: "U3", is_admin: "yes", enterprise_user: { id: "W3" } },
        { id: 4 },
      ]
      const server = yield* slackServer({ body: { ok: true, members } })
      const list = yield* SlackWebApi.use((api) => api.usersList({ limit: 999 })).pipe(
        Effect.provide(clientLayer(server)),
      )
      assert.deepInclude(list, { rejected: 3, rejectedIds: ["U2", "U3", "W3"] })
    }),
  )

  it.live("of user groups leaves out a member's id that cannot be read, counts it, and keeps the group", () =>
    Effect.gen(function* () {
      const usergroups = [
        { id: "S1", users: ["U1", null, 7, "", "U2"] },
        { id: "S2", users: null },
        { id: "S3", users: "U1", user_count: "1" },
      ]
      const server = yield* slackServer({ body: { ok: true, usergroups } })
      const list = yield* SlackWebApi.use((api) => api.userGroupsList({ include_users: true })).pipe(
        Effect.provide(clientLayer(server)),
      )
      assert.deepStrictEqual(list, {
        usergroups: [
          { id: "S1", users: ["U1", "U2"] },
          { id: "S2", users: null },
          { id: "S3", users: null, user_count: 1 },
        ],
        rejected: 0,
        rejectedMembers: 3,
      })
    }),
  )

  it.live.each([
    ["users.list", { ok: true, members: [{ id: 1 }, { id: 2 }] }],
    ["usergroups.list", { ok: true, usergroups: [{ id: "" }, { users: ["U1"] }] }],
  ] as const)("of which no record can be read is no empty list but an unexpected reply: %s", ([method, body]) =>
    Effect.gen(function* () {
      const server = yield* slackServer({ body })
      const error = yield* SlackWebApi.use((api): Effect.Effect<unknown, SlackError> =>
        method === "users.list" ? api.usersList({ limit: 999 }) : api.userGroupsList({ include_users: true }),
      ).pipe(Effect.flip, Effect.provide(clientLayer(server)))
      assert.deepInclude(error, { method, status: 200 })
      assert.deepInclude(error.reason, { _tag: "UnexpectedReply", problem: "shape" })
      assert.include(error.message, "of 2 records none can be read")
    }),
  )
})

describe("budgets", () => {
  it.live("are counted by method, and by workspace where one is named", () =>
    Effect.gen(function* () {
      const server = yield* slackServer(page([]))
      const state = yield* Effect.gen(function* () {
        const api = yield* SlackWebApi
        yield* api.usersList({ limit: 999 })
        yield* callApiTest
        yield* api.usersList({ limit: 999 })
        return yield* (yield* Resilience).state
      }).pipe(Effect.provide(clientLayer({ baseUrl: server.baseUrl, workspace: "T1" })))
      assert.deepStrictEqual(
        state.map(({ key, calls }) => [key, calls]),
        [
          ["users.list@T1", 2],
          ["api.test@T1", 1],
        ],
      )
    }),
  )

  it.effect("spend the part of a limit that is left to them", () =>
    Effect.gen(function* () {
      const waits: Array<unknown> = []
      const layer = clientLayer({
        fetch: async () => new Response('{"ok":true}'),
        timeout: Duration.infinity,
        speed: 1,
        share: 0.5,
      })
      yield* Effect.andThen(callApiTest, callApiTest).pipe(
        Effect.provide(layer),
        Effect.provideService(CallWaits, (wait) => Effect.sync(() => waits.push(wait))),
      )
      assert.deepStrictEqual(waits, [{ key: "api.test", reason: "budget", millis: 1200 }])
    }).pipe(Effect.provideService(Clock.Clock, leapingClock())),
  )
})

describe("a trace", () => {
  it.live("shows each call with its retries in one span of its own", () =>
    Effect.gen(function* () {
      const spans: Array<{ readonly name: string; readonly kind: string; readonly id: string }> = []
      const token = Layer.succeed(SlackToken, {
        current: Effect.map(Effect.orDie(Effect.currentSpan), ({ name, kind, spanId }) => {
          spans.push({ name, kind, id: spanId })
          return Redacted.make(testToken)
        }),
      })
      const server = yield* slackServer({ status: 503 }, {})
      const layer = SlackWebApi.layer({ baseUrl: server.baseUrl, retry: quickRetries, speed: Infinity })
      yield* callApiTest.pipe(Effect.provide(Layer.provide(layer, [token, Resilience.layer])))
      assert.lengthOf(spans, 2)
      assert.deepInclude(spans[0], { name: "slack api.test", kind: "client" })
      assert.strictEqual(spans[0]?.id, spans[1]?.id)
    }),
  )
})

const until = (condition: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (condition() ? Effect.void : Effect.andThen(Effect.sleep(5), until(condition))))
