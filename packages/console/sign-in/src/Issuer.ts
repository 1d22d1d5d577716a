// The issuer of OpenID Connect: where people are sent to sign in, and what it says of who comes back. The code flow with PKCE, as
// https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth and https://www.rfc-editor.org/rfc/rfc9700 have it; the checks of
// state, nonce, issuer, audience, times and signature are those of openid-client.
import type { Failure, FailureKind } from "@rollcall/connector"
import { Clock, Effect, Redacted, Schema } from "effect"
import * as client from "openid-client"
import type { OidcSettings } from "./OidcSettings.ts"
import type { SignInAttempt } from "./SignInAttempt.ts"
import { checksOf } from "./SignInAttempt.ts"

/** Somebody could not be signed in. */
export class SignInError
  extends Schema.TaggedError<SignInError>()("SignInError", {
    /** `Issuer`: it does not answer, or its settings do not fit. `Refused`: what came back is not the answer to what was asked. */
    reason: Schema.Literals(["Issuer", "Refused"]),
    message: Schema.String,
    hint: Schema.String,
  })
  implements Failure
{
  get kind(): FailureKind {
    return this.reason === "Issuer" ? "unavailable" : "refused"
  }
}

/** Somebody whom the issuer knows. */
export interface Identity {
  /** Who says so, as the token has it. */
  readonly issuer: string
  readonly subject: string
  readonly name: string
  /** When they proved to the issuer who they are, in milliseconds since the epoch; 0 where it does not say. */
  readonly provedAt: number
  /** What the claim of roles says. */
  readonly roles: unknown
}

/** How long a sign-in counts as fresh, in seconds, as the issuer is asked. */
const freshSeconds = 300

/** How long one request to the issuer may take, in seconds. */
const requestSeconds = 10

/** What the issuer is asked. */
export interface Issuer {
  /** Where the browser is sent. `asks` has the issuer ask who they are, whoever it knows already, as a fresh sign-in does. */
  readonly addressFor: (attempt: SignInAttempt, asks: boolean) => Effect.Effect<string, SignInError>
  /** Who came back, by the query that they came with. */
  readonly identityOf: (attempt: SignInAttempt, query: URLSearchParams) => Effect.Effect<Identity, SignInError>
}

/** The issuer of these settings, which is looked up when somebody first signs in. `redirectUri` is where it sends them back. */
export const makeIssuer = (settings: OidcSettings, redirectUri: string): Issuer => {
  const url = new URL(settings.issuer)
  // An issuer over http is one on this machine: the settings take no other.
  const isInsecure = url.protocol === "http:"
  let known: client.ServerMetadata | undefined

  const configured = Effect.fnUntraced(function* () {
    known ??= (yield* asking(`cannot be looked up at ${settings.issuer}`, () =>
      client.discovery(url, settings.clientId, undefined, undefined, {
        timeout: requestSeconds,
        execute: isInsecure ? [client.allowInsecureRequests] : [],
      }),
    )).serverMetadata()
    const config = new client.Configuration(known, settings.clientId, undefined, yield* clientAuth(settings, known))
    config.timeout = requestSeconds
    if (isInsecure) client.allowInsecureRequests(config)
    // The tokens come from the issuer itself over TLS; their signature is checked all the same.
    client.enableNonRepudiationChecks(config)
    return config
  })

  return {
    addressFor: Effect.fnUntraced(function* (attempt, asks) {
      const config = yield* configured()
      const { state, nonce, verifier } = checksOf(attempt)
      const challenge = yield* Effect.promise(() => client.calculatePKCECodeChallenge(verifier))
      const address = yield* Effect.try({
        try: () =>
          client.buildAuthorizationUrl(config, {
            redirect_uri: redirectUri,
            scope: ["openid", ...settings.scopes.filter((one) => one !== "openid")].join(" "),
            state,
            nonce,
            code_challenge: challenge,
            code_challenge_method: "S256",
            ...(asks || attempt.isFresh ? { prompt: "login" } : {}),
            ...(attempt.isFresh ? { max_age: String(freshSeconds) } : {}),
          }),
        catch: (cause) => issuerError("has no page to sign in that can be used", cause),
      })
      return address.href
    }),
    identityOf: Effect.fnUntraced(function* (attempt, query) {
      const config = yield* configured()
      const { state, nonce, verifier } = checksOf(attempt)
      const tokens = yield* asking("did not give a token that can be used", () =>
        client.authorizationCodeGrant(config, new URL(`${redirectUri}?${query.toString()}`), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
          ...(attempt.isFresh ? { maxAge: freshSeconds } : {}),
        }),
      )
      const claims = tokens.claims()
      if (claims === undefined) return yield* refused("The issuer gave no token that says who you are.")
      // Some let one address stand for the issuers of all their customers, any of whom could name somebody an admin.
      if (URL.parse(claims.iss)?.href !== url.href) return yield* refused("The token is of another issuer.")
      // https://openid.net/specs/openid-connect-core-1_0.html#IDToken: it is no longer.
      if (claims.sub.length > 255) return yield* refused("The token is of somebody whose id is too long.")
      // Some issuers put into the token only what they are asked for by name, and tell the rest at another address.
      const isThere =
        claims[settings.rolesClaim] !== undefined || config.serverMetadata().userinfo_endpoint === undefined
      const more = isThere
        ? {}
        : yield* asking("does not say more of who you are", () =>
            client.fetchUserInfo(config, tokens.access_token, claims.sub),
          )
      const all: Readonly<Record<string, unknown>> = { ...more, ...claims }
      const named = [all["name"], all["preferred_username"], all["email"]].find(
        (one) => typeof one === "string" && one !== "",
      )
      const now = yield* Clock.currentTimeMillis
      return {
        issuer: claims.iss,
        subject: claims.sub,
        name: typeof named === "string" ? named.slice(0, 200) : claims.sub,
        provedAt: typeof claims.auth_time === "number" ? Math.min(claims.auth_time * 1000, now) : 0,
        roles: all[settings.rolesClaim],
      }
    }),
  }
}

/** As the issuer takes it; read again each time, as it may have been replaced. */
const clientAuth = Effect.fnUntraced(function* (
  { clientSecret }: OidcSettings,
  { token_endpoint_auth_methods_supported: methods }: client.ServerMetadata,
): Effect.fn.Return<client.ClientAuth, SignInError> {
  if (clientSecret === undefined) return client.None()
  const secret = Redacted.value(
    yield* Effect.mapError(
      clientSecret,
      ({ message, hint }) =>
        new SignInError({ reason: "Issuer", message: `The secret of this client cannot be read. ${message}`, hint }),
    ),
  )
  // What an issuer takes that says nothing: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
  return methods?.includes("client_secret_post") === true && !methods.includes("client_secret_basic")
    ? client.ClientSecretPost(secret)
    : client.ClientSecretBasic(secret)
})

/** Asks the issuer. What it answers is not quoted but for the names of errors: it may have tokens in it. */
const asking = <A>(failing: string, ask: () => Promise<A>): Effect.Effect<A, SignInError> =>
  Effect.tryPromise({ try: ask, catch: (cause) => cause }).pipe(
    Effect.mapError((cause) => {
      // What the issuer says in the address, or in answer to the code: RFC 6749, 4.1.2.1 and 5.2.
      if (cause instanceof client.AuthorizationResponseError || cause instanceof client.ResponseBodyError) {
        return refused(`The issuer refused the sign-in (${wordOf(cause.error)}).`)
      }
      return isOurs(cause)
        ? refused(`What came back is not the answer to this sign-in (${codeOf(cause)}).`)
        : issuerError(failing, cause)
    }),
  )

/** A check that failed, in the library's words for it. */
const isOurs = (cause: unknown): boolean =>
  ["OAUTH_INVALID_RESPONSE", "OAUTH_JWT_CLAIM_COMPARISON_FAILED", "OAUTH_JWT_TIMESTAMP_CHECK_FAILED"].includes(
    codeOf(cause),
  )

const codeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : "unknown"

/** The name of an error as the specification allows it, and nothing longer. */
const wordOf = (error: string): string => (/^[a-z_]{1,40}$/u.test(error) ? error : "without a reason")

const refused = (message: string) =>
  new SignInError({ reason: "Refused", message, hint: "Open the console again to sign in." })

const issuerError = (failing: string, cause: unknown) =>
  new SignInError({
    reason: "Issuer",
    message: `The issuer ${failing} (${codeOf(cause)}).`,
    hint: "Try again; if it stays so, check BATON_OIDC_ISSUER, BATON_OIDC_CLIENT_ID and its secret.",
  })
