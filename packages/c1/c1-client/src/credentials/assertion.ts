// The signed statement with which a client asks for a token: a JWT of RFC 7523, signed with EdDSA (RFC 8037).
import { randomBytes, sign } from "node:crypto"
import { Clock, Effect, Redacted } from "effect"
import type { ClientId } from "./ClientId.ts"
import type { ClientSecret } from "./ClientSecret.ts"

/** Seconds that an assertion is valid before and after it is made, as the Go connector has it. */
export const assertionSeconds = 120

/** An assertion that this client makes now. */
export const makeAssertion = Effect.fnUntraced(function* (clientId: ClientId, secret: ClientSecret) {
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  const { keyId } = secret
  // Not from the runtime's Random: nobody may guess it.
  const header = {
    alg: "EdDSA",
    ...(keyId === undefined ? {} : { kid: keyId }),
    nonce: randomBytes(16).toString("hex"),
  }
  const claims = {
    iss: clientId.text,
    sub: clientId.text,
    aud: clientId.audience,
    iat: now,
    nbf: now - assertionSeconds,
    exp: now + assertionSeconds,
  }
  const signed = `${encode(header)}.${encode(claims)}`
  const signature = sign(null, Buffer.from(signed), Redacted.value(secret.key)).toString("base64url")
  return Redacted.make(`${signed}.${signature}`)
})

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url")
