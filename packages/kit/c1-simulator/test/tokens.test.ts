import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { JWTPayload } from "jose"
import { startC1 } from "../src/index.ts"
import { askForToken, codeOf, connect, hostId, post, rpc, tokenForm } from "./calling.ts"

const startTime = 1_800_000_000_000
const now = startTime / 1000

/** A simulator at a time when clocks show something likely. */
const start = (options: Parameters<typeof startC1>[0] = {}) =>
  Effect.andThen(TestClock.setTime(startTime), startC1(options))

describe("the token endpoint", () => {
  it.effect("gives a bearer token for an assertion that the client signed", () =>
    Effect.gen(function* () {
      const c1 = yield* start({ accessTokenSeconds: 60 })
      const { status, headers, body } = yield* askForToken(c1)
      assert.strictEqual(status, 200)
      assert.strictEqual(headers["content-type"], "application/json")
      const token = JSON.parse(body)
      assert.deepStrictEqual({ ...token, access_token: "" }, { access_token: "", token_type: "Bearer", expires_in: 60 })
      const client = yield* connect(c1, token.access_token)
      yield* rpc((signal) => client.getTask({ hostId }, { signal }))
    }),
  )

  it.effect("takes the key that belongs to the seed and no other", () =>
    Effect.gen(function* () {
      const [first, same, other] = [yield* start({ seed: 5 }), yield* start({ seed: 5 }), yield* start({ seed: 6 })]
      assert.strictEqual(first.clientSecret, same.clientSecret)
      assert.notStrictEqual(first.clientSecret, other.clientSecret)
      const reply = yield* askForToken(first, { secret: other.clientSecret })
      assert.strictEqual(reply.status, 401)
      assert.deepStrictEqual(JSON.parse(reply.body), {
        error: "invalid_client",
        error_description: "signature verification failed",
      })
    }),
  )

  const refused: ReadonlyArray<readonly [string, JWTPayload, string]> = [
    ["a foreign issuer", { iss: "someone@localhost/x" }, 'unexpected "iss" claim value'],
    ["a foreign subject", { sub: "someone@localhost/x" }, 'unexpected "sub" claim value'],
    ["an audience with the port", { aud: "localhost:443" }, 'unexpected "aud" claim value'],
    ["a list of audiences", { aud: ["localhost"] }, '"aud" must be one text'],
    ["an end that is past", { iat: now - 240, nbf: now - 360, exp: now - 120 }, '"exp" claim timestamp check failed'],
    ["a beginning that lies ahead", { nbf: now + 1 }, '"nbf" claim timestamp check failed'],
    ["a life of more than two minutes", { exp: now + 121 }, "the assertion lives longer than 120 s"],
    [
      "an issue before its beginning",
      { iat: now - 60, nbf: now - 30, exp: now + 60 },
      '"iat" must lie between "nbf" and "exp"',
    ],
    ["an issue after its end", { iat: now + 61, exp: now + 60 }, '"iat" must lie between "nbf" and "exp"'],
    ["no identity of its issuer", { iss: "" }, 'unexpected "iss" claim value'],
  ]
  it.effect.each(refused)("refuses an assertion with %s", ([, claims, problem]) =>
    Effect.gen(function* () {
      const c1 = yield* start()
      const reply = yield* askForToken(c1, { claims })
      assert.strictEqual(reply.status, 401)
      assert.strictEqual(JSON.parse(reply.body).error_description, problem)
    }),
  )

  it.effect("wants to know when the assertion was issued", () =>
    Effect.gen(function* () {
      const c1 = yield* start()
      const reply = yield* askForToken(c1, { leaveOut: "iat" })
      assert.strictEqual(JSON.parse(reply.body).error_description, 'missing required "iat" claim')
    }),
  )

  it.effect("takes an assertion of a clock that is up to two minutes ahead", () =>
    Effect.gen(function* () {
      const c1 = yield* start()
      const claims = (ahead: number) => ({ iat: now + ahead, nbf: now + ahead - 120, exp: now + ahead + 120 })
      assert.strictEqual((yield* askForToken(c1, { claims: claims(120) })).status, 200)
      assert.strictEqual((yield* askForToken(c1, { claims: claims(121) })).status, 401)
      assert.strictEqual((yield* askForToken(c1, { claims: claims(-119) })).status, 200)
      assert.strictEqual((yield* askForToken(c1, { claims: claims(-120) })).status, 401)
    }),
  )

  it.effect("wants the key named exactly where it has a name", () =>
    Effect.gen(function* () {
      const named = yield* start({ keyId: "k1" })
      assert.strictEqual((yield* askForToken(named)).status, 200)
      assert.strictEqual((yield* askForToken(named, { header: { kid: "k2" } })).status, 401)
      const nameless = yield* start()
      assert.strictEqual((yield* askForToken(nameless, { header: { kid: "k1" } })).status, 401)
    }),
  )

  it.effect("takes a nonce of 32 hexadecimal digits once", () =>
    Effect.gen(function* () {
      const c1 = yield* start()
      const header = { nonce: "f".repeat(32) }
      assert.strictEqual((yield* askForToken(c1, { header })).status, 200)
      const again = yield* askForToken(c1, { header })
      assert.strictEqual(JSON.parse(again.body).error_description, '"nonce" was used before')
      for (const nonce of ["F".repeat(32), "f".repeat(31), undefined]) {
        assert.strictEqual((yield* askForToken(c1, { header: { nonce } })).status, 401)
      }
    }),
  )

  it.effect("refuses another grant, another kind of assertion, and another client", () =>
    Effect.gen(function* () {
      const c1 = yield* start()
      const errorOf = (form: Readonly<Record<string, string>>) =>
        Effect.map(askForToken(c1, { form }), ({ status, body }) => `${status} ${JSON.parse(body).error}`)
      assert.strictEqual(yield* errorOf({ grant_type: "password" }), "400 unsupported_grant_type")
      assert.strictEqual(yield* errorOf({ client_assertion_type: "x" }), "400 invalid_request")
      assert.strictEqual(yield* errorOf({ client_id: "someone@localhost/x" }), "401 invalid_client")
      assert.strictEqual(yield* errorOf({ client_assertion: "no.jws" }), "401 invalid_client")
      assert.strictEqual((yield* post(c1, "/auth/v2/token", new URLSearchParams())).status, 404)
    }),
  )
})

describe("an access token", () => {
  it.effect("is good until it expires", () =>
    Effect.gen(function* () {
      const c1 = yield* start({ accessTokenSeconds: 60 })
      const client = yield* connect(c1)
      yield* TestClock.adjust(59_999)
      yield* rpc((signal) => client.getTask({ hostId }, { signal }))
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* codeOf((signal) => client.getTask({ hostId }, { signal })), "Unauthenticated")
    }),
  )

  it.effect("is needed for every call, and none but a good one will do", () =>
    Effect.gen(function* () {
      const c1 = yield* start()
      const stranger = yield* connect(c1, "made-up")
      assert.strictEqual(yield* codeOf((signal) => stranger.getTask({ hostId }, { signal })), "Unauthenticated")
      const client = yield* connect(c1)
      c1.revokeTokens()
      assert.strictEqual(yield* codeOf((signal) => client.getTask({ hostId }, { signal })), "Unauthenticated")
    }),
  )
})

describe("faults of the token endpoint", () => {
  it.effect("show as a status with JSON or HTML, as an empty token, and go", () =>
    Effect.gen(function* () {
      const c1 = yield* start({
        faults: [
          { method: "token", fault: { kind: "httpStatus", status: 500 } },
          { method: "token", call: 2, fault: { kind: "httpStatus", status: 401, body: "html" } },
          { method: "token", call: 3, fault: { kind: "emptyToken" } },
        ],
      })
      const broken = yield* askForToken(c1)
      assert.deepStrictEqual([broken.status, broken.body], [500, '{"error":"server_error"}'])
      const page = yield* askForToken(c1)
      assert.strictEqual(page.status, 401)
      assert.match(page.body, /^<html>/)
      assert.include(yield* askForToken(c1), { status: 200 })
      assert.strictEqual(c1.captured()[2]?.answered, undefined)
      assert.strictEqual((yield* askForToken(c1)).status, 200)
      assert.deepStrictEqual(
        c1.captured().map(({ answered }) => answered),
        ["500", "401", undefined, undefined],
      )
    }),
  )

  it.effect("make its clock differ, which the header Date tells", () =>
    Effect.gen(function* () {
      const c1 = yield* start({
        faults: [
          { method: "token", fault: { kind: "clockSkew", seconds: 600 } },
          { method: "token", call: 2, fault: { kind: "clockSkew", seconds: -600 } },
        ],
      })
      const ahead = yield* askForToken(c1)
      assert.strictEqual(ahead.status, 401)
      assert.strictEqual(JSON.parse(ahead.body).error_description, '"exp" claim timestamp check failed')
      assert.strictEqual(Date.parse(String(ahead.headers["date"])), startTime + 600_000)
      const behind = yield* askForToken(c1)
      assert.strictEqual(JSON.parse(behind.body).error_description, '"nbf" claim timestamp check failed')
    }),
  )

  it.effect("cut the connection", () =>
    Effect.gen(function* () {
      const c1 = yield* start({ faults: [{ method: "token", fault: { kind: "cutConnection" } }] })
      yield* Effect.flip(askForToken(c1))
      assert.strictEqual((yield* askForToken(c1)).status, 200)
    }),
  )
})

it.effect("what is captured of a token request holds neither signature nor token", () =>
  Effect.gen(function* () {
    const c1 = yield* start()
    const form = yield* tokenForm(c1)
    const { body } = yield* post(c1, "/auth/v1/token", form)
    const [entry] = c1.captured()
    assert.deepStrictEqual(entry, {
      at: now * 1000,
      call: "token",
      agent: "test",
      form: {
        client_id: c1.clientId,
        grant_type: "client_credentials",
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: {
          claims: {
            iss: c1.clientId,
            sub: c1.clientId,
            aud: "localhost",
            iat: now,
            nbf: now - 120,
            exp: now + 120,
          },
          header: { alg: "EdDSA", nonce: nonceOf(form) },
        },
      },
    })
    const written = JSON.stringify(c1.captured())
    assert.notInclude(written, JSON.parse(body).access_token)
    assert.notInclude(written, form.get("client_assertion")?.split(".")[2] ?? "?")
  }),
)

const nonceOf = (form: URLSearchParams): unknown =>
  JSON.parse(Buffer.from(form.get("client_assertion")?.split(".")[0] ?? "", "base64url").toString()).nonce
