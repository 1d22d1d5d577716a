import { assert, describe, it } from "@effect/vitest"
import { ConnectorError, PageBeforeStored } from "@rollcall/connector"
import { CallWaits, Resilience, type RetryPolicy } from "@rollcall/resilience"
import { Clock, Duration, Effect, Fiber, Redacted, References, Schema, SchemaGetter, Logger } from "effect"
import { TestClock } from "effect/testing"
import {
  ApiError,
  type ApiReason,
  type ErrorTable,
  type JsonClientOptions,
  JsonApi,
  jsonApi,
  makeJsonClient,
  ReplyTimes,
  toConnectorError,
} from "../src/index.ts"
import { type JsonReply, jsonServer } from "./jsonServer.ts"

/** Retries in full number, hardly any waiting. */
const quick: RetryPolicy = {
  throttled: { retries: 8, waitMillis: 600_000 },
  transient: { retries: 4, waitMillis: 60_000 },
  backoff: { firstMillis: 1, factor: 1, ceilingMillis: 1, jitter: 0 },
}
const once: RetryPolicy = {
  ...quick,
  throttled: { retries: 0, waitMillis: 0 },
  transient: { retries: 0, waitMillis: 0 },
}

const Team = Schema.Struct({ name: Schema.String })

/** A client of a server that gives these replies in turn, the last one again and again. */
const answered = (replies: ReadonlyArray<JsonReply>, options: Partial<JsonClientOptions> = {}) =>
  Effect.gen(function* () {
    const server = yield* jsonServer((_, index) => replies[Math.min(index, replies.length - 1)] ?? {})
    const client = yield* makeJsonClient({ name: "Forge", baseUrl: server.baseUrl, retry: quick, ...options })
    return { client, server }
  })

const limited = Effect.provide(Resilience.layer, { local: true })

it.live("the time that a reply says it was sent at is told, and a reply that says none tells nothing", () =>
  Effect.gen(function* () {
    const times: Array<number> = []
    const ask = (headers: Readonly<Record<string, string>>) =>
      Effect.gen(function* () {
        const { client } = yield* answered([{ headers, body: { name: "Red" } }])
        yield* client.get("/teams/red", Team)
      }).pipe(Effect.provideService(ReplyTimes, (sentAt) => Effect.sync(() => void times.push(sentAt))))
    yield* ask({ date: "Mon, 30 Nov 2026 12:00:00 GMT" })
    yield* ask({ date: "yesterday" })
    assert.deepStrictEqual(times, [Date.UTC(2026, 10, 30, 12)])
  }).pipe(limited),
)

it.live("a reply is decoded when the page before it is stored, and not while it is", () =>
  Effect.gen(function* () {
    const happened: Array<string> = []
    const note = (what: string) => void happened.push(what)
    const Noted = Schema.Struct({
      name: Schema.String.pipe(
        Schema.decode({
          decode: SchemaGetter.transform((name) => (note("decoded"), name)),
          encode: SchemaGetter.passthrough(),
        }),
      ),
    })
    const fetch = async () => {
      note("replied")
      return Response.json({ name: "Red" })
    }
    const client = yield* makeJsonClient({ name: "Forge", baseUrl: "https://forge.example", fetch })
    const stored = Effect.sync(() => note("stored"))
    yield* Effect.provideService(client.get("/teams/red", Noted), PageBeforeStored, stored)
    assert.deepStrictEqual(happened, ["replied", "stored", "decoded"])
  }).pipe(limited),
)

describe("a request", () => {
  it.live("has the token, the headers of the client, the query and the JSON that it is given", () =>
    Effect.gen(function* () {
      const { client, server } = yield* answered([{ body: { name: "Red" } }], {
        token: Redacted.make("forge-secret"),
        headers: { "X-Version": "7" },
      })
      assert.deepStrictEqual(yield* client.get("/teams/red", Team, { all: true, tag: ["a b", "c"], page: undefined }), {
        name: "Red",
      })
      assert.deepStrictEqual(yield* client.post("/teams?dry=1", { name: "Blue" }, Team), { name: "Red" })
      yield* client.delete(["teams", "blue"])
      const [get, post, remove] = server.requests
      assert.strictEqual(get?.path, "/teams/red?all=true&tag=a+b&tag=c")
      assert.deepInclude(get?.headers, {
        authorization: "Bearer forge-secret",
        "x-version": "7",
        accept: "application/json",
      })
      assert.match(get?.headers["user-agent"] ?? "", /^rollcall node\//u)
      assert.deepInclude(post, { method: "POST", path: "/teams?dry=1", body: '{"name":"Blue"}' })
      assert.strictEqual(post?.headers["content-type"], "application/json")
      assert.deepInclude(remove, { method: "DELETE", path: "/teams/blue", body: "" })
    }).pipe(limited),
  )

  it.live.each([
    ["an empty id", ["teams", ""]],
    ["a blank id", ["teams", " "]],
    ["an id that leads upwards", ["teams", ".."]],
    ["an id that leads upwards, encoded", ["teams", "%2E%2e"]],
    ["a text that leads upwards", "/teams/../users"],
    ["a text with a backslash, which a URL reads as a slash", "/teams/..\\..\\users"],
    ["a text with a tab, which a URL drops", "/teams/.\t./users"],
    ["a text that begins with two slashes", "//elsewhere.example/teams"],
  ] as const)("is not sent to a path with %s", ([, path]) =>
    Effect.gen(function* () {
      const { client, server } = yield* answered([{ body: {} }])
      const error = yield* Effect.flip(client.get(path, Schema.Unknown))
      assert.deepStrictEqual(error.reason, { _tag: "MalformedPath" })
      assert.strictEqual(toConnectorError(error).reason._tag, "NotFound")
      assert.lengthOf(server.requests, 0)
    }).pipe(limited),
  )

  it.live("encodes the segments of a path, but for the signs that name methods", () =>
    Effect.gen(function* () {
      const { client, server } = yield* answered([{ body: { name: "Red" } }])
      yield* client.get(["teams", "a/b c?d", "people:change", "ada@x"], Team)
      assert.strictEqual(server.requests[0]?.path, "/teams/a%2Fb%20c%3Fd/people:change/ada@x")
    }).pipe(limited),
  )

  it.live("carries the token in the header that the API wants it in", () =>
    Effect.gen(function* () {
      const { client, server } = yield* answered([{ body: {} }], {
        token: Redacted.make("forge-secret"),
        authorize: (token) => ({ "X-Api-Key": token }),
      })
      yield* client.get("/teams", Schema.Unknown)
      assert.strictEqual(server.requests[0]?.headers["x-api-key"], "forge-secret")
      assert.isUndefined(server.requests[0]?.headers.authorization)
    }).pipe(limited),
  )

  it.live("carries an id whole, whatever it holds", () =>
    Effect.gen(function* () {
      const { client, server } = yield* answered([{ body: {} }])
      yield* client.get(["teams", "a/../b?c#d e"], Schema.Unknown)
      assert.strictEqual(server.requests[0]?.path, "/teams/a%2F..%2Fb%3Fc%23d%20e")
    }).pipe(limited),
  )
})

describe("a page", () => {
  const linked = (link: string) =>
    Effect.gen(function* () {
      const { client } = yield* answered([{ headers: { link }, body: [] }])
      return (yield* client.page("/teams", Schema.Unknown)).next
    }).pipe(limited)

  it.live("names the next one, by a link that is whole or relative", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* linked('</api/v1/teams?page=2>; rel="next", </api/v1/teams?page=9>; rel="last"'),
        "/teams?page=2",
      )
      assert.strictEqual(
        yield* linked('</api/v1/teams?page=1>; rel=prev, <teams?page=3>; title="x"; rel=next'),
        "/teams?page=3",
      )
    }),
  )

  it.live("is the last one without such a link, and with one that leads elsewhere, where the token must not go", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* linked('</api/v1/teams?page=1>; rel="prev"'))
      assert.isUndefined(yield* linked('<https://elsewhere.example/api/v1/teams?page=2>; rel="next"'))
      assert.isUndefined(yield* linked('</admin/teams?page=2>; rel="next"'))
    }),
  )
})

describe("a whole list", () => {
  it.live("is read page after page, with its query on the first one", () =>
    Effect.gen(function* () {
      const { client, server } = yield* answered([
        { headers: { link: '</api/v1/teams?page=2>; rel="next"' }, body: [{ name: "Red" }] },
        { headers: { link: '</api/v1/teams?page=3>; rel="next"' }, body: [] },
        { body: [{ name: "Blue" }] },
      ])
      const teams = yield* client.all("/teams", Team, { kind: "x" })
      assert.deepStrictEqual(
        teams.map(({ name }) => name),
        ["Red", "Blue"],
      )
      assert.deepStrictEqual(
        server.requests.map(({ path }) => path),
        ["/teams?kind=x", "/teams?page=2", "/teams?page=3"],
      )
    }).pipe(limited),
  )
})

describe("the API of a connector", () => {
  it.live("gives the page of a step, and fails with the error of a connector", () =>
    Effect.gen(function* () {
      const server = yield* jsonServer((_, index) =>
        index === 0
          ? { headers: { link: '</api/v1/teams?page=2>; rel="next"' }, body: [{ name: "Red" }] }
          : { status: 401 },
      )
      const api = JsonApi.layer({ baseUrl: server.baseUrl, retry: once })
      const page = yield* Effect.provide(
        jsonApi.page("/teams", Team, (teams) => ({
          resources: teams.map(({ name }) => ({ id: { resourceType: "team", resource: name } })),
        })),
        api,
      )
      assert.deepStrictEqual(page, {
        resources: [{ id: { resourceType: "team", resource: "Red" } }],
        next: "/teams?page=2",
      })
      const error = yield* Effect.flip(Effect.provide(jsonApi.patch(["teams", "red"], { name: "Blue" }), api))
      assert.strictEqual(error.reason._tag, "CredentialRejected")
      assert.deepInclude(server.requests[1], { method: "PATCH", path: "/teams/red", body: '{"name":"Blue"}' })
    }),
  )

  it.live("makes the page function of a list: from the first path or the cursor, with what each record gives", () =>
    Effect.gen(function* () {
      const server = yield* jsonServer((_, index) =>
        index === 0
          ? {
              headers: { link: '</api/v1/teams/red/members?page=2>; rel="next"' },
              body: [{ name: "ada" }, { name: "bob" }],
            }
          : { body: [] },
      )
      const read = jsonApi.list(["teams", "red", "members"], Team, ({ name }) => ({
        resources: [{ id: { resourceType: "person", resource: name } }],
        aliases: name === "ada" ? [{ id: { resourceType: "person", resource: name }, alias: "red-ada" }] : undefined,
      }))
      const api = JsonApi.layer({ baseUrl: server.baseUrl, retry: once })
      const person = (resource: string) => ({ id: { resourceType: "person", resource } })
      assert.deepStrictEqual(yield* Effect.provide(read({}), api), {
        resources: [person("ada"), person("bob")],
        entitlements: [],
        grants: [],
        aliases: [{ ...person("ada"), alias: "red-ada" }],
        next: "/teams/red/members?page=2",
      })
      yield* Effect.provide(read({ cursor: "/teams/red/members?page=2" }), api)
      assert.deepStrictEqual(
        server.requests.map(({ path }) => path),
        ["/teams/red/members", "/teams/red/members?page=2"],
      )
    }),
  )
})

describe("an error that a wrong address may cause", () => {
  it.live.each<readonly [string, JsonReply]>([
    ["404", { status: 404 }],
    ["JSON of another shape", { body: { name: 7 } }],
    ["no JSON", { body: "<html>" }],
  ])("names the address and the setting that gives it: %s", ([, reply]) =>
    Effect.gen(function* () {
      const { client, server } = yield* answered([reply], {
        retry: once,
        addressSetting: "--base-url (FORGE_BASE_URL)",
      })
      const { hint } = yield* Effect.flip(client.get("/teams", Team))
      assert.include(
        hint,
        ` The API's address is ${server.baseUrl.replace(/\/$/u, "")}, set by --base-url (FORGE_BASE_URL).`,
      )
    }).pipe(limited),
  )

  it.live("never shows the user and the password in it, nor a query", () =>
    Effect.gen(function* () {
      const baseUrl = "http://ada:lovelace@127.0.0.1:1/api?key=k1"
      const client = yield* makeJsonClient({ baseUrl, retry: once })
      const { hint, message } = yield* Effect.flip(client.get("/teams", Team))
      assert.include(hint, "The API's address is http://127.0.0.1:1/api.")
      assert.notMatch(hint + message, /lovelace|k1/u)
    }).pipe(limited),
  )
})

it.live("a reply of another shape than the schema is not asked for again, and its hint names the schema", () =>
  Effect.gen(function* () {
    const { client, server } = yield* answered([{ body: { name: 7 } }])
    const error = yield* Effect.flip(client.get("/teams", Team))
    assert.match(error.hint, /The connector's schema of this reply does not fit it/u)
    assert.isFalse(error.isRetryable)
    assert.lengthOf(server.requests, 1)
    const write = yield* Effect.flip(client.post("/teams", { name: "Red" }, Team))
    assert.deepStrictEqual([write.isUncertain, server.requests.length], [true, 2])
  }).pipe(limited),
)

describe("an error", () => {
  const table: ErrorTable = {
    403: {
      reason: "Refused",
      by: "scope",
      missingScopes: ["teams:read"],
      says: "needs a scope",
      hint: "Add teams:read.",
    },
    no_plan: { reason: "Refused", by: "plan" },
    stale: { reason: "CursorExpired" },
  }
  const failure = (reply: JsonReply, options: Partial<JsonClientOptions> = {}) =>
    Effect.gen(function* () {
      const { client } = yield* answered([reply], { retry: once, errors: table, ...options })
      return yield* Effect.flip(client.get("/teams", Team))
    }).pipe(limited)

  it.live.each<readonly [string, JsonReply, Partial<ApiReason>, string]>([
    ["401", { status: 401 }, { _tag: "CredentialRejected" }, "CredentialRejected"],
    ["a status of the table", { status: 403 }, { _tag: "Refused", says: "needs a scope" }, "Refused"],
    [
      "a code of the table",
      { status: 403, body: { error: "no_plan" } },
      { _tag: "Refused", code: "no_plan" },
      "Refused",
    ],
    [
      "a code inside an error",
      { status: 400, body: { error: { code: "stale" } } },
      { _tag: "CursorExpired" },
      "CursorExpired",
    ],
    [
      "a code in a list of errors",
      { status: 400, body: { errors: [{ code: "stale" }] } },
      { _tag: "CursorExpired" },
      "CursorExpired",
    ],
    [
      "a code beside a message",
      { status: 400, body: { code: "stale", message: "x" } },
      { _tag: "CursorExpired" },
      "CursorExpired",
    ],
    ["404", { status: 404 }, { _tag: "NotFound" }, "NotFound"],
    ["422", { status: 422, body: { error: "private words of somebody" } }, { _tag: "Defective" }, "Defective"],
    ["423", { status: 423 }, { _tag: "Locked" }, "Locked"],
    [
      "429",
      { status: 429, headers: { "retry-after": "7" } },
      { _tag: "RateLimited", retryAfterMillis: 7000 },
      "Unavailable",
    ],
    ["429 without a pause", { status: 429 }, { _tag: "RateLimited", retryAfterMillis: 30_000 }, "Unavailable"],
    [
      "503 with a pause",
      { status: 503, headers: { "retry-after": "5" } },
      { _tag: "Unavailable", retryAfterMillis: 5000 },
      "Unavailable",
    ],
    ["a page of HTML", { body: "<html>" }, { _tag: "UnexpectedReply", problem: "html" }, "Unavailable"],
    ["JSON of another shape", { body: { name: 7 } }, { _tag: "UnexpectedReply", problem: "shape" }, "Unavailable"],
    [
      "a redirect",
      { status: 302, headers: { location: "https://elsewhere.example/" } },
      { _tag: "UnexpectedReply", problem: "status" },
      "Unavailable",
    ],
    [
      "a code named like a member of every object",
      { status: 404, body: { code: "constructor" } },
      { _tag: "NotFound" },
      "NotFound",
    ],
  ])("of %s has its reason, and that of a connector", ([, reply, reason, connectorReason]) =>
    Effect.gen(function* () {
      const error = yield* failure(reply)
      assert.deepInclude(error.reason, reason)
      assert.notInclude(error.message, "private words")
      const translated = toConnectorError(error)
      assert.instanceOf(translated, ConnectorError)
      assert.strictEqual(translated.reason._tag, connectorReason)
      assert.deepInclude(translated, { message: error.message, hint: error.hint })
    }),
  )

  it.live("with a pause and 403 is a limit, unless the table says otherwise", () =>
    Effect.gen(function* () {
      const reply = { status: 403, headers: { "retry-after": "60" } }
      assert.strictEqual((yield* failure(reply, { errors: {} })).reason._tag, "RateLimited")
      assert.strictEqual((yield* failure(reply)).reason._tag, "Refused")
    }),
  )

  it.live("tells a connector which scopes are missing, in the words of the table", () =>
    Effect.gen(function* () {
      const { reason, message, hint } = toConnectorError(yield* failure({ status: 403 }))
      assert.deepStrictEqual(reason, { _tag: "Refused", by: "scope", missingScopes: ["teams:read"] })
      assert.deepStrictEqual([message, hint], ["Forge's GET /teams needs a scope (HTTP 403).", "Add teams:read."])
    }),
  )

  it.live("can stand in a success, where the client says where its code is", () =>
    Effect.gen(function* () {
      const Body = Schema.Struct({ fault: Schema.String })
      const codeOf = (json: unknown) => (Schema.is(Body)(json) ? json.fault : undefined)
      assert.deepInclude((yield* failure({ body: { fault: "no_plan" } }, { codeOf })).reason, {
        _tag: "Refused",
        by: "plan",
      })
      const record = yield* answered([{ body: { name: "Red", code: "no_plan" } }], { errors: table }).pipe(
        Effect.flatMap(({ client }) => client.get("/teams", Team)),
        limited,
      )
      assert.deepStrictEqual(record, { name: "Red" })
    }),
  )

  it.live("holds no token, even where the server repeats it", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const error = yield* failure(
        { status: 418, body: "You sent opaque-secret-7." },
        { token: Redacted.make("opaque-secret-7") },
      ).pipe(
        Effect.provideService(References.MinimumLogLevel, "All"),
        Effect.provide(Logger.layer([Logger.map(Logger.formatJson, (line) => void logged.push(line))])),
      )
      assert.include(error.message, "You sent <token>.")
      assert.isNotEmpty(logged)
      for (const text of [error.message, JSON.stringify(error), ...logged]) assert.notInclude(text, "secret")
    }),
  )

  it.live("is made of a token that no header takes, and nothing is sent", () =>
    Effect.gen(function* () {
      const { client, server } = yield* answered([{ body: {} }], { token: Redacted.make("two words") })
      assert.strictEqual((yield* Effect.flip(client.get("/teams", Team))).reason._tag, "MalformedToken")
      assert.lengthOf(server.requests, 0)
    }).pipe(limited),
  )
})

describe("retries", () => {
  it.live("are made of reads, with the token as it is by then", () =>
    Effect.gen(function* () {
      let reads = 0
      const token = Effect.sync(() => Redacted.make(`t${++reads}`))
      const { client, server } = yield* answered([{ status: 502 }, { body: { name: "Red" } }], { token })
      yield* client.get("/teams/red", Team)
      assert.deepStrictEqual(
        server.requests.map(({ headers }) => headers.authorization),
        ["Bearer t1", "Bearer t2"],
      )
    }).pipe(limited),
  )

  it.live("are not made of a write that may have taken effect, which says so", () =>
    Effect.gen(function* () {
      const { client, server } = yield* answered([{ status: 502 }])
      const error = yield* Effect.flip(client.put("/teams/red", {}))
      assert.lengthOf(server.requests, 1)
      assert.isTrue(error.isUncertain)
      assert.isTrue(toConnectorError(error).uncertain)
      assert.include(error.message, "It may have taken effect all the same.")
    }).pipe(limited),
  )

  it.live("are made of a write that the server put off, and counted in the error", () =>
    Effect.gen(function* () {
      const { client, server } = yield* answered([{ status: 429, headers: { "retry-after": "0" } }])
      const error = yield* Effect.flip(client.post("/teams", {}))
      assert.lengthOf(server.requests, 9)
      assert.deepInclude(error, { attempts: 9, isUncertain: false })
      assert.instanceOf(error, ApiError)
    }).pipe(limited),
  )
})

describe("budgets", () => {
  const ok = async () => Response.json({})
  const paced = (account?: string, speed?: number) =>
    makeJsonClient({
      speed,
      baseUrl: "https://forge.example/api",
      fetch: ok,
      timeout: Duration.infinity,
      account,
      budgets: [
        { name: "search", paths: /^\/search/u, callsPerMinute: 6 },
        { name: "writes", verbs: ["POST"], callsPerMinute: 30 },
      ],
    })

  it.effect("space the calls that they cover, and no other", () =>
    Effect.gen(function* () {
      const client = yield* paced()
      const log: Array<string> = []
      const noted = (name: string, call: Effect.Effect<unknown, ApiError>) =>
        Effect.flatMap(Effect.andThen(call, Clock.currentTimeMillis), (now) =>
          Effect.sync(() => void log.push(`${now / 1000} s ${name}`)),
        )
      const calls = [
        noted("search 1", client.get("/search?q=1", Schema.Unknown)),
        noted("search 2", client.get("/search?q=2", Schema.Unknown)),
        noted("write 1", client.post("/teams", {})),
        noted("write 2", client.post("/teams", {})),
        noted("read", client.get("/teams", Schema.Unknown)),
      ]
      const fiber = yield* Effect.forkChild(Effect.all(calls, { concurrency: "unbounded" }))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(log.toSorted(), [
        "0 s read",
        "0 s search 1",
        "0 s write 1",
        "10 s search 2",
        "2 s write 2",
      ])
    }).pipe(limited),
  )

  it.effect("run faster for a simulated system", () =>
    Effect.gen(function* () {
      const client = yield* paced(undefined, 60)
      const read = client.get("/search", Schema.Unknown)
      const fiber = yield* Effect.forkChild(Effect.all([read, read]))
      yield* TestClock.adjust("10 seconds")
      assert.isDefined(fiber.pollUnsafe())
    }).pipe(limited),
  )

  it.effect("are apart for accounts that share one Resilience", () =>
    Effect.gen(function* () {
      const waits: Array<string> = []
      const noting = Effect.provideService(CallWaits, ({ key }) => Effect.sync(() => void waits.push(key)))
      const [ada, bob] = [yield* paced("ada"), yield* paced("bob")]
      yield* noting(ada.get("/search", Schema.Unknown))
      yield* noting(bob.get("/search", Schema.Unknown))
      assert.deepStrictEqual(waits, [])
    }).pipe(limited),
  )

  it.effect("are apart for two instances of a connector in one process, even for one host", () =>
    Effect.gen(function* () {
      const waits: Array<string> = []
      const instance = () =>
        JsonApi.layer({
          baseUrl: "https://forge.example/api",
          fetch: ok,
          timeout: Duration.infinity,
          budgets: [{ name: "all", callsPerMinute: 1 }],
        })
      const read = jsonApi.get("/teams", Schema.Unknown)
      yield* Effect.andThen(read, Effect.provide(read, instance())).pipe(
        Effect.provide(instance()),
        Effect.provideService(CallWaits, ({ key }) => Effect.sync(() => void waits.push(key))),
      )
      assert.deepStrictEqual(waits, [])
    }),
  )
})
