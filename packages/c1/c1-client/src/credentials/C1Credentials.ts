// A client of C1 as a service: who it is, where its tenant's API is, and the token of the moment. A token is requested by
// OAuth 2.0 client credentials with a signed assertion (RFC 6749 §4.4, RFC 7523 §2.2), through Node's own HTTPS, because the
// least version of TLS can be given to that and not to `fetch`.
import type { HttpReply } from "@rollcall/api-client"
import { readReply, type UnreadReply } from "@rollcall/api-client"
import { Clock, Context, Effect, Layer, Option, Redacted, Schema, Semaphore } from "effect"
import { randomBytes, sign } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { request } from "node:https"
import { C1Error } from "../C1Error.ts"
import { networkFailure, tlsOptions } from "../connection.ts"
import type { ClientId, ClientSecret } from "./ClientCredentials.ts"
import { parseApiHost, parseClientId, parseClientSecret } from "./ClientCredentials.ts"

/** What a person was given by C1, and what a network may need besides. */
export interface C1CredentialsOptions {
  readonly clientId: string
  /** The client secret as it is now. Asked at the start and for every token, as the file behind it may have been rotated. */
  readonly clientSecret: Effect.Effect<Redacted.Redacted, C1Error>
  /** Another host, with or without a port, in place of the client id's (`BATON_C1_API_HOST`). */
  readonly apiHost?: string | undefined
  /** Name and version of the program, for `User-Agent`, as `rollcall/1.2.3`. */
  readonly program: string
}

/** A token is not used in its last seconds: a call that it begins must end with it. */
const marginMillis = 10_000

/** Credentials of one client of C1. */
export class C1Credentials extends Context.Service<
  C1Credentials,
  {
    readonly clientId: ClientId
    /** The tenant's API, `https://host[:port]`. */
    readonly url: URL
    readonly userAgent: string
    /** The value of `authorization` for a call that begins now; a kept token serves until shortly before it expires. */
    readonly authorization: Effect.Effect<Redacted.Redacted, C1Error>
    /** Says that C1 refused this value, so that the next call asks for another token. */
    readonly forget: (authorization: Redacted.Redacted) => Effect.Effect<void>
  }
>()("@rollcall/c1-client/C1Credentials") {
  /** Fails where client id, secret or host cannot be used. Nothing is sent before the first token is needed. */
  static readonly layer = (options: C1CredentialsOptions): Layer.Layer<C1Credentials, C1Error> =>
    Layer.effect(C1Credentials, makeCredentials(options))
}

const makeCredentials = Effect.fnUntraced(function* (options: C1CredentialsOptions) {
  const clientId = yield* parseClientId(options.clientId)
  const currentSecret = Effect.flatMap(options.clientSecret, parseClientSecret)
  yield* currentSecret
  const url = yield* parseApiHost(options.apiHost ?? clientId.host)
  const userAgent = `${clientId.name} ${options.program}`
  const endpoint = { url: new URL("/auth/v1/token", url), userAgent }

  const mutex = yield* Semaphore.make(1)
  let kept: { readonly token: IssuedToken; readonly until: number } | undefined

  const authorization = mutex.withPermit(
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      if (kept !== undefined && now < kept.until) return kept.token.authorization
      const token = yield* requestToken(endpoint, clientId, yield* makeAssertion(clientId, yield* currentSecret))
      kept = { token, until: now + token.expiresInSeconds * 1000 - marginMillis }
      return token.authorization
    }),
  )
  const forget = (refused: Redacted.Redacted) =>
    Effect.sync(() => {
      if (kept?.token.authorization === refused) kept = undefined
    })
  return C1Credentials.of({ clientId, url, userAgent, authorization, forget })
})

/** Seconds that an assertion is valid before and after it is made, as the Go connector has it. */
const assertionSeconds = 120

/** The signed statement with which a client asks for a token, made now: a JWT of RFC 7523, signed with EdDSA (RFC 8037). */
const makeAssertion = Effect.fnUntraced(function* (clientId: ClientId, secret: ClientSecret) {
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

/** A token as C1 gave it. */
interface IssuedToken {
  /** The value of the header `authorization`. */
  readonly authorization: Redacted.Redacted
  /** Seconds from its issue; 0 where C1 does not say. */
  readonly expiresInSeconds: number
}

/** Where tokens are asked for, and as what. */
interface TokenEndpoint {
  readonly url: URL
  readonly userAgent: string
}

const maxReplyBytes = 65_536
const timeoutMillis = 30_000

const TokenReply = Schema.Struct({
  access_token: Schema.NonEmptyString.check(Schema.isPattern(/^[\x21-\x7e]+$/u)),
  token_type: Schema.optionalKey(Schema.NullOr(Schema.String)),
  expires_in: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
})
const decodeReply = Schema.decodeUnknownOption(Schema.fromJsonString(TokenReply))

/** Asks for a token. */
const requestToken = Effect.fn("C1.requestToken")(function* (
  endpoint: TokenEndpoint,
  clientId: ClientId,
  assertion: Redacted.Redacted,
): Effect.fn.Return<IssuedToken, C1Error> {
  const form = new URLSearchParams({
    client_id: clientId.text,
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: Redacted.value(assertion),
  })
  const reply = yield* post(endpoint, form.toString())
  const now = yield* Clock.currentTimeMillis
  if (reply.status !== 200) return yield* refusal(reply, endpoint.url.host, now)
  const token = decodeReply(reply.text)
  if (Option.isNone(token)) return yield* notAToken(endpoint.url.host)
  const { access_token: value, token_type: type, expires_in: expires } = token.value
  return {
    authorization: Redacted.make(`${schemeOf(type)} ${value}`),
    expiresInSeconds: Math.max(0, expires ?? 0),
  }
})

/** The header's scheme: `Bearer` where the reply names none, and the well-known ones in their usual case. */
const schemeOf = (type: string | null | undefined): string => {
  if (type === undefined || type === null || !/^[\w-]+$/u.test(type)) return "Bearer"
  const known = { bearer: "Bearer", mac: "MAC", basic: "Basic" }
  return Object.entries(known).find(([name]) => name === type.toLowerCase())?.[1] ?? type
}

const post = ({ url, userAgent }: TokenEndpoint, body: string): Effect.Effect<HttpReply, C1Error> =>
  Effect.tryPromise({
    try: (signal) =>
      new Promise<HttpReply>((resolve, reject) => {
        const headers = {
          "content-type": "application/x-www-form-urlencoded",
          "content-length": Buffer.byteLength(body),
          accept: "application/json",
          "user-agent": userAgent,
        }
        const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMillis)])
        const sent = request(url, { ...tlsOptions, method: "POST", signal: bounded, headers }, (message) => {
          readReply(unreadReply(message), maxReplyBytes).then(resolve, reject)
        })
        sent.on("error", reject)
        sent.end(body)
      }),
    catch: (cause) => networkFailure(url.host, cause),
  })

const unreadReply = (message: IncomingMessage): UnreadReply => ({
  status: message.statusCode ?? 500,
  headers: { get: (name) => message.headersDistinct[name]?.join(", ") ?? null },
  body: message,
})

/** What a status other than 200 means. The body is left out: it can hold the assertion. */
const refusal = ({ status, headers }: HttpReply, host: string, now: number): C1Error => {
  if (status === 408 || status === 429 || status >= 500) {
    return new C1Error({
      reason: "Unavailable",
      message: `ConductorOne at ${host} gave no token (HTTP ${status}).`,
      hint: "It is retried automatically; if it keeps failing, check ConductorOne's status page.",
    })
  }
  const told = Date.parse(headers.get("date") ?? "")
  const offMinutes = Number.isNaN(told) ? 0 : Math.round((now - told) / 60_000)
  const isOff = Math.abs(offMinutes) * 60 >= assertionSeconds
  return new C1Error({
    reason: "CredentialRejected",
    message: isOff
      ? `ConductorOne at ${host} gave no token (HTTP ${status}); this machine's clock is ${Math.abs(offMinutes)} minutes ${offMinutes > 0 ? "ahead of" : "behind"} ConductorOne's.`
      : `ConductorOne at ${host} refuses the client id and secret (HTTP ${status}).`,
    hint: isOff
      ? "Set the clock (NTP): what is signed with the secret is valid for two minutes only."
      : "Check both on the connector's page in ConductorOne; if the secret was replaced or revoked there, give the new one.",
  })
}

const notAToken = (host: string) =>
  new C1Error({
    reason: "UnexpectedReply",
    message: `ConductorOne at ${host} answered the request for a token without a token.`,
    hint: "Check that the host is ConductorOne's, and that no proxy answers instead of it.",
  })
