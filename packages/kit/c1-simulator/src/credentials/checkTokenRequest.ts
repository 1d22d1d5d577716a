// Whether a token request is one that C1 takes: the OAuth 2.0 client credentials grant, the client proven by an assertion
// that it signed itself. https://www.rfc-editor.org/rfc/rfc7523#section-2.2
import { Effect, Schema } from "effect"
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose"
import type { KeyObject } from "node:crypto"

/** A token request that was refused, as the endpoint answers it. https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export class TokenRefusal extends Schema.TaggedError<TokenRefusal>()("TokenRefusal", {
  status: Schema.Literals([400, 401]),
  error: Schema.Literals(["invalid_request", "unsupported_grant_type", "invalid_client"]),
  message: Schema.String,
}) {}

/** What the endpoint knows of its client. */
export interface KnownClient {
  readonly clientId: string
  /** The host of the client id without its port: the audience of assertions. */
  readonly audience: string
  readonly publicKey: KeyObject
  readonly keyId: string | undefined
  /** Nonces of the assertions so far: each is good for one request. */
  readonly usedNonces: Set<string>
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/** How long an assertion may live, in seconds: C1's own clients set 120. */
const longestAssertion = 120

/** Succeeds where the form is good at `now` (milliseconds). */
export const checkTokenRequest = Effect.fnUntraced(function* (form: URLSearchParams, client: KnownClient, now: number) {
  if (form.get("grant_type") !== "client_credentials") {
    return yield* refusal(400, "unsupported_grant_type", "grant_type must be client_credentials")
  }
  if (form.get("client_assertion_type") !== assertionType) {
    return yield* refusal(400, "invalid_request", `client_assertion_type must be ${assertionType}`)
  }
  if (form.get("client_id") !== client.clientId) {
    return yield* refusal(401, "invalid_client", "client_id is not the client's")
  }
  const { payload, protectedHeader } = yield* Effect.tryPromise({
    try: () =>
      jwtVerify(form.get("client_assertion") ?? "", client.publicKey, {
        algorithms: ["EdDSA"],
        issuer: client.clientId,
        subject: client.clientId,
        audience: client.audience,
        requiredClaims: ["iat", "nbf", "exp"],
        currentDate: new Date(now),
      }),
    catch: (cause) =>
      refusal(
        401,
        "invalid_client",
        cause instanceof errors.JOSEError ? cause.message : `unreadable: ${String(cause)}`,
      ),
  })
  const problem =
    timesProblem(payload) ??
    (typeof payload.aud === "string" ? undefined : '"aud" must be one text') ??
    (protectedHeader["kid"] === client.keyId ? undefined : '"kid" does not name the key of the client secret') ??
    nonceProblem(protectedHeader["nonce"], client.usedNonces)
  if (problem !== undefined) return yield* refusal(401, "invalid_client", problem)
})

const timesProblem = ({ iat = 0, nbf = 0, exp = 0 }: JWTPayload): string | undefined => {
  if (exp - iat > longestAssertion) return `the assertion lives longer than ${longestAssertion} s`
  // `iat` may lie ahead of this clock, for a client whose clock is ahead sets `nbf` back.
  if (iat < nbf || iat >= exp) return '"iat" must lie between "nbf" and "exp"'
  return undefined
}

const nonceProblem = (nonce: unknown, used: Set<string>): string | undefined => {
  if (typeof nonce !== "string" || !/^[0-9a-f]{32}$/.test(nonce)) return '"nonce" must be 32 hexadecimal digits'
  if (used.has(nonce)) return '"nonce" was used before'
  used.add(nonce)
  return undefined
}

const refusal = (status: 400 | 401, error: TokenRefusal["error"], message: string) =>
  new TokenRefusal({ status, error, message })

/** The form with its assertion read and its signature left out: what may be written down. */
export const readableForm = (form: URLSearchParams): Readonly<Record<string, unknown>> => {
  const { client_assertion: assertion, ...rest } = Object.fromEntries(form)
  if (assertion === undefined) return rest
  try {
    return {
      client_assertion: { claims: decodeJwt(assertion), header: decodeProtectedHeader(assertion) },
      ...rest,
    }
  } catch {
    return { client_assertion: "unreadable", ...rest }
  }
}
