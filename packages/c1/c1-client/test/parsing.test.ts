import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { parseClientId, parseClientSecret } from "../src/credentials/ClientCredentials.ts"
import { freshJwk, secretOf } from "./clientSecrets.ts"

describe("a client id", () => {
  for (const [text, name, host, audience] of [
    ["brave-otter@acme.conductor.one/ccc", "brave-otter", "acme.conductor.one", "acme.conductor.one"],
    ["otter@localhost:8443/c1", "otter", "localhost:8443", "localhost"],
    ["otter@acme.conductor.one/a/b@c", "otter", "acme.conductor.one", "acme.conductor.one"],
  ] as const) {
    it.effect(`names the client and the host of the tenant's API: ${text}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* parseClientId(text), { text, name, host, audience })
      }),
    )
  }

  for (const [what, text] of [
    ["nothing", ""],
    ["no @", "otter/acme.conductor.one"],
    ["no name", "@acme.conductor.one/x"],
    ["no suffix", "otter@acme.conductor.one"],
    ["no host", "otter@/x"],
    ["a host that is none", "otter@acme conductor/x"],
    ["a host with a query", "otter@acme?x=1/x"],
    ["a line break", "otter@acme.conductor.one/x\n"],
    ["the client secret in its place", secretOf({ d: "hidden" })],
  ] as const) {
    it.effect(`is refused with what is wrong and where to find the right one, and is not quoted: ${what}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(parseClientId(text))
        assert.deepStrictEqual([error.reason, error.kind], ["BadClientId", "configuration"])
        assert.include(error.hint, "ConductorOne")
        if (text !== "") assert.notInclude(error.message, text.trim())
      }),
    )
  }
})

describe("a client secret", () => {
  it.effect("holds the key that signs assertions", () =>
    Effect.gen(function* () {
      const jwk = freshJwk()
      const { key, keyId } = yield* parseClientSecret(Redacted.make(secretOf(jwk)))
      assert.deepStrictEqual(Redacted.value(key).export({ format: "jwk" }), jwk)
      assert.isUndefined(keyId)
    }),
  )

  it.effect("may name its key", () =>
    Effect.gen(function* () {
      const { keyId } = yield* parseClientSecret(Redacted.make(secretOf({ ...freshJwk(), kid: "k1" })))
      assert.strictEqual(keyId, "k1")
    }),
  )

  it.effect("can begin with other words, because only C1 defines them", () =>
    parseClientSecret(Redacted.make(secretOf(freshJwk()).replace("secret-token:conductorone.com", "a:b"))),
  )

  const { d: _, ...publicJwk } = freshJwk()
  for (const [what, text] of [
    ["nothing", ""],
    ["three parts", "secret-token:conductorone.com:v1"],
    ["another version", secretOf(freshJwk(), "v2")],
    ["no base64url", "secret-token:conductorone.com:v1:not base64url!"],
    ["no JSON", `secret-token:conductorone.com:v1:${Buffer.from("no json").toString("base64url")}`],
    ["a public key", secretOf(publicJwk)],
    ["a key of another curve", secretOf({ ...freshJwk(), crv: "X25519" })],
    ["an RSA key", secretOf({ kty: "RSA", n: "AQAB", e: "AQAB", d: "AQAB" })],
    ["a key of another length", secretOf({ ...freshJwk(), d: "c2hvcnQ" })],
  ] as const) {
    it.effect(`is refused with what is wrong, and no part of it is shown: ${what}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(parseClientSecret(Redacted.make(text)))
        assert.deepStrictEqual([error.reason, error.kind], ["BadClientSecret", "configuration"])
        const told = JSON.stringify([error.message, error.hint, error.cause])
        for (const part of text.split(":").slice(3)) assert.notInclude(told, part)
      }),
    )
  }
})
