// SCIM as a table on the call stack of `@rollcall/api-client`: how a call is written, which limits it stands under, what a
// reply says, and what follows from a reason.
import type { ApiCall, ApiTransport, FailedCall, TokenSource } from "@rollcall/api-client"
import { apiCaller, excerpt, hostOf } from "@rollcall/api-client"
import type { Limits, Resilience } from "@rollcall/resilience"
import type { Redacted } from "effect"
import { Context, Effect, Layer } from "effect"
import type { ScimCallClass, ScimDialect, ScimVersion } from "../dialect/ScimDialect.ts"
import { reasonFactsOf } from "../error/reasonFacts.ts"
import type { ScimReason } from "../error/ScimReason.ts"
import type { ScimVerb } from "../ScimError.ts"
import { ScimError } from "../ScimError.ts"
import { scimReply } from "./scimReply.ts"

/**
 * Where the current token comes from: a service, because its value can change while the process runs. It is asked for before
 * every attempt of a call. A token that lives in a file comes from the app.
 */
export class ScimToken extends Context.Service<ScimToken, { readonly current: TokenSource }>()(
  "@rollcall/scim-client/ScimToken",
) {
  /** A token that stays as it is. */
  static readonly layer = (token: Redacted.Redacted): Layer.Layer<ScimToken> =>
    Layer.succeed(ScimToken, { current: Effect.succeed(token) })
}

/** How a client of SCIM is set up. */
export interface ScimClientOptions extends ApiTransport {
  /** Up to the version, which is appended: `https://api.slack.com/scim/`. */
  readonly baseUrl: string
  readonly version: ScimVersion
  readonly dialect: ScimDialect
  /** The part of the server's limits to spend, above 0 and at most 1; default half, as other apps share them. */
  readonly share?: number | undefined
  /** How much faster than published the limits run, for a simulator; default 1. `Infinity` turns budgets off. */
  readonly speed?: number | undefined
  /** Runs when the server no longer takes the token. */
  readonly onInvalidAuth?: Effect.Effect<void> | undefined
}

/** One call. */
export interface ScimRequest {
  readonly verb: ScimVerb
  readonly kind: ScimCallClass
  /** Below the version, encoded: `Groups/S0123`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
}

/** Decodes the JSON of an answer, `undefined` where it has no body. */
type ScimDecode<A> = (json: unknown) => Effect.Effect<A, ScimReason>

export interface ScimCaller {
  readonly call: <A>(request: ScimRequest, decode: ScimDecode<A>) => Effect.Effect<A, ScimError>
  /** The error of a call that failed, or that is not made at all. */
  readonly fail: (request: Pick<ScimRequest, "verb" | "path">, failed: FailedCall<ScimReason>) => ScimError
}

const longestPath = 200

/** A caller with one token, whose calls share the budgets and cooldowns of `resilience`. */
export const scimCaller = (
  options: ScimClientOptions,
  token: ScimToken["Service"],
  resilience: Resilience["Service"],
): ScimCaller => {
  const { version, dialect, share = 0.5, speed = 1, onInvalidAuth = Effect.void } = options
  const baseUrl = `${options.baseUrl.replace(/\/*$/u, "")}/${version}/`
  const host = hostOf(baseUrl)
  const send = apiCaller<ScimReason>({
    ...options,
    api: "SCIM",
    baseUrl,
    token: token.current,
    resilience,
    retryOf: (reason) => reasonFactsOf(reason).retry(reason),
  })

  const limitsOf = (kind: ScimCallClass): Limits => {
    const [first, ...more] = dialect.limits[kind]
    const limit = ({ name, budget }: typeof first) => ({
      key: `SCIM ${name}@${host}`,
      budget: { ...budget, share, speed },
    })
    return [limit(first), ...more.map(limit)]
  }

  const written = <A>(request: ScimRequest, decode: ScimDecode<A>): ApiCall<A, ScimReason> => {
    const { verb, kind, path, query, body } = request
    return {
      name: `${verb} ${kind}`,
      annotations: { verb },
      url: `${baseUrl}${path}${queryOf(query)}`,
      method: verb,
      headers: {
        Accept: dialect.mediaType,
        ...(body === undefined ? {} : { "Content-Type": dialect.mediaType }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      idempotent: verb === "GET",
      limits: limitsOf(kind),
      // Slack answers a second change of an object with `resource_locked` while the first is being written.
      mutex: verb === "GET" || verb === "POST" ? undefined : `SCIM ${path}@${host}`,
      read: (reply) => scimReply(dialect, request, reply, speed),
      decode,
    }
  }

  const fail: ScimCaller["fail"] = ({ verb, path }, failed) =>
    new ScimError({ server: dialect.name, verb, path: excerpt(path, longestPath), ...failed })

  return {
    call: (request, decode) =>
      send(written(request, decode)).pipe(
        Effect.mapError((failed) => fail(request, failed)),
        Effect.tapError(({ reason }) => (reason._tag === "InvalidAuth" ? onInvalidAuth : Effect.void)),
      ),
    fail,
  }
}

const queryOf = (query: ScimRequest["query"] = {}): string => {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`
}
