// A client of C1 as a service: who it is, where its tenant's API is, and the token of the moment.
import type { Redacted } from "effect"
import { Clock, Context, Effect, Layer, Semaphore } from "effect"
import type { C1Error } from "../C1Error.ts"
import type { IssuedToken } from "./tokenRequest.ts"
import { makeAssertion, requestToken } from "./tokenRequest.ts"
import type { ClientId } from "./ClientCredentials.ts"
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
