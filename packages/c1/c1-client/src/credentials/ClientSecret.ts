// The client secret that C1 gives a connector: `secret-token:conductorone.com:v1:<base64url of a JWK>`, where the JWK is a
// private Ed25519 key (RFC 8037). Only the key is kept; nothing that is said about a bad secret quotes any of it.
import type { KeyObject } from "node:crypto"
import { createPrivateKey } from "node:crypto"
import { Effect, Option, Redacted, Schema } from "effect"
import { C1Error } from "../C1Error.ts"

/** The key that a client secret holds. */
export interface ClientSecret {
  readonly key: Redacted.Redacted<KeyObject>
  /** The key's id, where the JWK has one; C1 does not ask for it. */
  readonly keyId?: string
}

// https://www.rfc-editor.org/rfc/rfc8037#section-2
const PrivateJwk = Schema.Struct({
  kty: Schema.Literal("OKP"),
  crv: Schema.Literal("Ed25519"),
  x: Schema.NonEmptyString,
  d: Schema.NonEmptyString,
  kid: Schema.optionalKey(Schema.String),
})
const decodeJwk = Schema.decodeUnknownOption(Schema.fromJsonString(PrivateJwk))

/** Reads a client secret. */
export const parseClientSecret = (secret: Redacted.Redacted): Effect.Effect<ClientSecret, C1Error> => {
  const [, , version, ...rest] = Redacted.value(secret).split(":")
  const encoded = rest.join(":")
  if (version === undefined || encoded === "") return Effect.fail(badSecret("it does not have four parts"))
  if (version !== "v1") return Effect.fail(badSecret("it is of another version than v1"))
  if (!/^[\w-]+$/u.test(encoded)) return Effect.fail(badSecret("its last part is not base64url"))
  const jwk = decodeJwk(Buffer.from(encoded, "base64url").toString("utf8"))
  if (Option.isNone(jwk)) return Effect.fail(badSecret("its last part holds no private Ed25519 key"))
  const { kid, ...members } = jwk.value
  return Effect.try({
    try: () => createPrivateKey({ key: members, format: "jwk" }),
    // The cause is left out: what OpenSSL says could quote the key.
    catch: () => badSecret("the Ed25519 key in it is damaged"),
  }).pipe(Effect.map((key) => ({ key: Redacted.make(key), ...(kid === undefined ? {} : { keyId: kid }) })))
}

const badSecret = (what: string) =>
  new C1Error({
    reason: "BadClientSecret",
    message: `The client secret of ConductorOne cannot be used: ${what}.`,
    hint: "Copy the whole secret again; it begins with the word secret-token. If it was lost, make a new one in ConductorOne.",
  })
