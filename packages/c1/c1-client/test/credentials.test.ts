import { assert, describe, it } from "@effect/vitest"
import { SimulatedC1 } from "@rollcall/c1-simulator"
import { Clock, Effect, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { C1Credentials, C1Service } from "../src/index.ts"
import { freshJwk, secretOf } from "./clientSecrets.ts"
import { credentials } from "./clientOfC1.ts"
import { inC1 } from "./inC1.ts"

const authorization = C1Credentials.use((known) => known.authorization)
const tokenFailure = Effect.flip(authorization)
const tokenCalls = Effect.map(SimulatedC1, ({ calls }) => calls()["token"])

describe("a token", () => {
  it.live("is requested in the form that C1 requires, with an assertion signed by the key of the client secret", () =>
    inC1(
      Effect.gen(function* () {
        const header = yield* authorization
        assert.match(Redacted.value(header), /^Bearer \S+$/u)
        const { captured, clientId } = yield* SimulatedC1
        const [request] = captured()
        assert.strictEqual(request?.call, "token")
        assert.isUndefined(request?.answered)
        const { client_assertion: assertion, ...form } = request?.form ?? {}
        assert.deepStrictEqual(form, {
          client_id: clientId,
          grant_type: "client_credentials",
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        })
        assert.strictEqual(request?.agent, "simulated rollcall/0.0.0")
        assert.include(JSON.stringify(assertion), '"aud":"localhost"')
      }),
    ),
  )

  it.effect("is kept until ten seconds before it expires", () =>
    Effect.flatMap(Clock.Clock, (clock) =>
      inC1(
        Effect.gen(function* () {
          yield* TestClock.setTime(1_800_000_000_000)
          const first = yield* authorization
          yield* TestClock.adjust("49 seconds")
          assert.strictEqual(yield* authorization, first)
          yield* TestClock.adjust("2 seconds")
          assert.notStrictEqual(yield* authorization, first)
          assert.strictEqual(yield* tokenCalls, 2)
        }),
        { c1: { accessTokenSeconds: 60 }, clock },
      ),
    ),
  )

  it.live("is requested once, however many calls wait for it", () =>
    inC1(
      Effect.gen(function* () {
        yield* Effect.all([authorization, authorization, authorization], { concurrency: "unbounded" })
        assert.strictEqual(yield* tokenCalls, 1)
      }),
    ),
  )

  it.live("that C1 no longer accepts is replaced, and the call is made again", () =>
    inC1(
      Effect.gen(function* () {
        const { getTask } = yield* C1Service
        yield* getTask
        ;(yield* SimulatedC1).revokeTokens()
        yield* getTask
        assert.strictEqual(yield* tokenCalls, 2)
      }),
    ),
  )

  it.live("is requested with the client secret that its file holds at that moment", () =>
    inC1(
      Effect.gen(function* () {
        const { clientSecret } = yield* SimulatedC1
        let secret = secretOf(freshJwk())
        const rotated = credentials({ clientSecret: Effect.sync(() => Redacted.make(secret)) })
        yield* Effect.gen(function* () {
          assert.strictEqual((yield* tokenFailure).reason, "CredentialRejected")
          secret = clientSecret
          yield* authorization
        }).pipe(Effect.provide(rotated, { local: true }))
      }),
    ),
  )

  it.live("that C1 refuses again and again is not requested without end", () =>
    inC1(
      Effect.gen(function* () {
        const { getTask } = yield* C1Service
        const error = yield* Effect.flip(getTask)
        assert.deepStrictEqual([error.reason, error.kind], ["CredentialRejected", "refused"])
        assert.strictEqual(yield* tokenCalls, 2)
      }),
      { c1: { faults: [{ method: "*", times: "always", fault: { kind: "status", code: "UNAUTHENTICATED" } }] } },
    ),
  )
})

describe("a request for a token fails with an error that says what to do,", () => {
  it.live("if the secret belongs to another client", () =>
    inC1(
      Effect.gen(function* () {
        const stranger = credentials({ clientSecret: Effect.succeed(Redacted.make(secretOf(freshJwk()))) })
        const error = yield* Effect.provide(tokenFailure, stranger, { local: true })
        assert.deepStrictEqual([error.reason, error.kind], ["CredentialRejected", "refused"])
        assert.include(error.message, "HTTP 401")
      }),
    ),
  )

  it.live("if the client id belongs to another client", () =>
    inC1(
      Effect.gen(function* () {
        const { host } = yield* SimulatedC1
        const stranger = credentials({ clientId: `stranger@${host}/c1` })
        const error = yield* Effect.provide(tokenFailure, stranger, { local: true })
        assert.strictEqual(error.reason, "CredentialRejected")
      }),
    ),
  )

  it.live("and by how much the clock is off, if that is ten minutes", () =>
    inC1(
      Effect.gen(function* () {
        const error = yield* tokenFailure
        assert.strictEqual(error.reason, "CredentialRejected")
        assert.include(error.message, "10 minutes behind")
        assert.include(error.hint, "NTP")
      }),
      { c1: { faults: [{ method: "token", fault: { kind: "clockSkew", seconds: 600 } }] } },
    ),
  )

  for (const [what, fault, reason] of [
    ["while the endpoint fails with 500", { kind: "httpStatus", status: 500 }, "Unavailable"],
    ["while a gateway answers in its place", { kind: "httpStatus", status: 502, body: "html" }, "Unavailable"],
    ["while it is asked too often", { kind: "httpStatus", status: 429 }, "Unavailable"],
    ["if the connection is cut", { kind: "cutConnection" }, "Unavailable"],
    ["if the reply holds no token", { kind: "emptyToken" }, "UnexpectedReply"],
    ["if the reply is a page", { kind: "httpStatus", status: 200, body: "html" }, "UnexpectedReply"],
  ] as const) {
    it.live(`which is temporary ${what}`, () =>
      inC1(
        Effect.gen(function* () {
          const error = yield* tokenFailure
          assert.deepStrictEqual([error.reason, error.isTransient], [reason, true])
          yield* authorization
        }),
        { c1: { faults: [{ method: "token", fault }] } },
      ),
    )
  }
})

describe("the host of C1", () => {
  it.live("can differ from the host in the client id, which stays the audience", () =>
    Effect.gen(function* () {
      const { port, clientId } = yield* SimulatedC1
      const elsewhere = clientId.replace(`localhost:${port}`, "acme.invalid")
      const error = yield* Effect.provide(
        Effect.flip(authorization),
        credentials({ clientId: elsewhere, apiHost: `localhost:${port}` }),
      )
      // It got there, and C1 looked at the assertion.
      assert.strictEqual(error.reason, "CredentialRejected")
    }).pipe(Effect.provide(SimulatedC1.layer())),
  )

  it.live("is unavailable, which is temporary, if nothing answers there", () =>
    Effect.gen(function* () {
      const error = yield* Effect.provide(tokenFailure, credentials({ apiHost: "localhost:1" }))
      assert.deepStrictEqual([error.reason, error.isTransient], ["Unavailable", true])
      assert.include(error.message, "ECONNREFUSED")
    }).pipe(Effect.provide(SimulatedC1.layer())),
  )

  it.live("is not trusted if its authority is unknown, for a token as for a call, and that is not temporary", () =>
    Effect.gen(function* () {
      const { clientId, clientSecret } = yield* SimulatedC1
      const untrusting = C1Credentials.layer({
        clientId,
        clientSecret: Effect.succeed(Redacted.make(clientSecret)),
        program: "rollcall/0.0.0",
      })
      const token = yield* Effect.provide(tokenFailure, untrusting)
      assert.deepStrictEqual([token.reason, token.kind, token.isTransient], ["Untrusted", "configuration", false])
      const known = Layer.effect(
        C1Credentials,
        Effect.gen(function* () {
          const own = yield* C1Credentials
          return { ...own, authorization: Effect.succeed(Redacted.make("Bearer x")) }
        }),
      ).pipe(Layer.provide(untrusting))
      const call = yield* C1Service.use((service) => service.getTask).pipe(
        Effect.flip,
        Effect.provide(C1Service.layer({ hostId: "h" }).pipe(Layer.provide(known))),
      )
      assert.strictEqual(call.reason, "Untrusted")
    }).pipe(Effect.provide(SimulatedC1.layer())),
  )

  for (const [what, changed, reason] of [
    ["a host that is none", { apiHost: "https://acme/" }, "BadHost"],
    ["an empty host", { apiHost: "" }, "BadHost"],
  ] as const) {
    it.live(`is refused before anything is sent: ${what}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Effect.provide(authorization, credentials(changed)))
        assert.deepStrictEqual([error.reason, error.kind], [reason, "configuration"])
        assert.isUndefined(yield* tokenCalls)
      }).pipe(Effect.provide(SimulatedC1.layer())),
    )
  }
})
