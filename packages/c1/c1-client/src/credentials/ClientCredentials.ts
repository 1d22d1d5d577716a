// The client id and the client secret that C1 gives a connector. The id, `<name>@<host[:port]>/<suffix>`, says where the
// tenant's API is. The secret is `secret-token:conductorone.com:v1:<base64url of a JWK>`, where the JWK is a private Ed25519
// key (RFC 8037). Only the key is kept; nothing that is said about a bad secret quotes any of it.
import { Effect, Option, Redacted, Schema } from "effect"
import type { KeyObject } from "node:crypto"
import { createPrivateKey } from "node:crypto"
import { C1Error } from "../C1Error.ts"

/** A client id and what it says. */
export interface ClientId {
  /** The whole of it, as C1 wants to see it. */
  readonly text: string
  /** The part before the `@`; it names the client in `User-Agent`. */
  readonly name: string
  /** The tenant's host, with its port where there is one. */
  readonly host: string
  /** The host without its port, which is the audience of the client's assertions whatever host is spoken to. */
  readonly audience: string
}

/** Reads a client id. The message never quotes it: somebody may have pasted the secret in its place. */
export const parseClientId = (text: string): Effect.Effect<ClientId, C1Error> => {
  const at = text.indexOf("@")
  const slash = text.indexOf("/", at + 1)
  if (at < 1 || slash < 0) return Effect.fail(badClientId("it has no @, or no / after it"))
  const name = text.slice(0, at)
  const host = text.slice(at + 1, slash)
  // What goes into a header has to be plain.
  if (!/^[\x21-\x7e]+$/u.test(text))
    return Effect.fail(badClientId("it holds a space or a character that is not plain"))
  const url = hostUrl(host)
  return url === undefined
    ? Effect.fail(badClientId("the part between @ and / is not a host"))
    : Effect.succeed({ text, name, host, audience: url.hostname })
}

/** The base URL of a host with or without a port; nothing where the text is more or less than that. */
const hostUrl = (host: string): URL | undefined => {
  if (host === "" || /[/?#@\\\s]/u.test(host) || !URL.canParse(`https://${host}`)) return undefined
  return new URL(`https://${host}`)
}

/** The base URL of another host of ConductorOne than the one in the client id. */
export const parseApiHost = (text: string): Effect.Effect<URL, C1Error> => {
  const url = hostUrl(text)
  return url === undefined ? Effect.fail(badHost) : Effect.succeed(url)
}

const badHost = new C1Error({
  reason: "BadHost",
  message: "The host of ConductorOne that the setting names cannot be used.",
  hint: "Give a host, with a port or without, as example.conductor.one or localhost:8443.",
})

const badClientId = (what: string) =>
  new C1Error({
    reason: "BadClientId",
    message: `The client id of ConductorOne cannot be used: ${what}.`,
    // With a whole host in it, a log would take the example for an e-mail address.
    hint: "Copy it again from the connector's page in ConductorOne; it looks like name@host/suffix.",
  })

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
