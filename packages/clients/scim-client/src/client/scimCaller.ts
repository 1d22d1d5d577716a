// The stack that a SCIM call goes through, read from the bottom up: token, send with a time-out, make one reason of every
// way of failing, decode, then one write at a time per object, budgets, cooldown and bounded retry: an answer of another
// shape is odd like any other that is not documented, and may pass.
import {
  excerpt,
  exchanged,
  isBearerToken,
  makeFetch,
  readReply,
  standardReplyBytes,
  standardTimeout,
  unreadableToken,
} from "@rollcall/api-client"
import { type CallFailed, type Limits, type Resilience, type Verdict } from "@rollcall/resilience"
import { Duration, Effect, Redacted, Result } from "effect"
import type { ScimCallClass } from "../dialect/ScimDialect.ts"
import type { ScimReason } from "../error/ScimReason.ts"
import type { ScimClientOptions } from "../ScimClientOptions.ts"
import { ScimError, type ScimVerb } from "../ScimError.ts"
import type { ScimToken } from "../ScimToken.ts"
import { scimReply } from "./scimReply.ts"

/** One call. */
export interface ScimRequest {
  readonly verb: ScimVerb
  readonly kind: ScimCallClass
  /** Below the version, encoded: `Groups/S0123`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** What a call failed with, beside the call itself. */
export interface ScimProblem {
  readonly status?: number
  readonly cause?: unknown
}

export interface ScimCaller {
  /** The answer, decoded; `decode` is given its JSON, or `undefined` where it has no body. */
  readonly call: <A>(
    request: ScimRequest,
    decode: (json: unknown) => Effect.Effect<A, ScimError>,
  ) => Effect.Effect<A, ScimError>
  readonly fail: (request: Pick<ScimRequest, "verb" | "path">, reason: ScimReason, problem?: ScimProblem) => ScimError
}

const longestPath = 200

const classify = (error: ScimError): Verdict => {
  const { reason } = error
  return {
    retryable: error.isRetryable,
    throttled: reason._tag === "RateLimited",
    ...("retryAfterMillis" in reason && reason.retryAfterMillis !== undefined
      ? { retryAfterMillis: reason.retryAfterMillis }
      : {}),
  }
}

/** A caller with one token, whose calls share the budgets and cooldowns of `resilience`. */
export const scimCaller = (
  options: ScimClientOptions,
  token: ScimToken["Service"],
  resilience: Resilience["Service"],
): ScimCaller => {
  const { version, dialect, share = 0.5, speed = 1, longestReplyBytes = standardReplyBytes } = options
  const { onInvalidAuth = Effect.void } = options
  const baseUrl = `${options.baseUrl.replace(/\/*$/u, "")}/${version}/`
  const host = URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl
  const timeout = Duration.fromInputUnsafe(options.timeout ?? standardTimeout)
  const send = options.fetch ?? makeFetch()

  const fail: ScimCaller["fail"] = ({ verb, path }, reason, problem = {}) =>
    new ScimError({ server: dialect.name, verb, path: excerpt(path, longestPath), reason, ...problem })

  const limitsOf = (kind: ScimCallClass): Limits => {
    const [first, ...more] = dialect.limits[kind]
    const limit = ({ name, budget }: typeof first) => ({
      key: `SCIM ${name}@${host}`,
      budget: { ...budget, share, speed },
    })
    return [limit(first), ...more.map(limit)]
  }

  const attempt = Effect.fnUntraced(function* (request: ScimRequest) {
    const value = Redacted.value(
      yield* Effect.mapError(token.current, (problem) => fail(request, unreadableToken(problem), { cause: problem })),
    )
    if (!isBearerToken(value)) return yield* fail(request, { _tag: "MalformedToken" })
    const query = request.query === undefined ? "" : `?${new URLSearchParams(request.query).toString()}`
    const init: RequestInit = {
      method: request.verb,
      headers: {
        Authorization: `Bearer ${value}`,
        Accept: dialect.mediaType,
        ...(request.body === undefined ? {} : { "Content-Type": dialect.mediaType }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      // SCIM redirects no call. Where something else does, its status tells more than an error would.
      redirect: "manual",
    }
    const reply = yield* exchanged(
      async (signal) =>
        readReply(await send(`${baseUrl}${request.path}${query}`, { ...init, signal }), longestReplyBytes),
      { host, timeout },
    ).pipe(Effect.mapError(({ reason, ...problem }) => fail(request, reason, problem)))
    yield* Effect.logDebug("SCIM replied").pipe(
      Effect.annotateLogs({ verb: request.verb, status: reply.status, characters: reply.text.length }),
    )
    const answer = scimReply(dialect, request, reply, speed)
    if (Result.isFailure(answer)) {
      // What a server repeats of the request must not bring the token into a message.
      const safe = scimReply(dialect, request, { ...reply, text: reply.text.replaceAll(value, "<token>") }, speed)
      return yield* fail(request, Result.isFailure(safe) ? safe.failure : answer.failure, { status: reply.status })
    }
    return answer.success
  })

  const call: ScimCaller["call"] = (request, decode) =>
    resilience
      .call(
        {
          limits: limitsOf(request.kind),
          // Slack answers a second change of an object with `resource_locked` while the first is being written.
          object: request.verb === "GET" || request.verb === "POST" ? undefined : `SCIM ${request.path}@${host}`,
          retry: options.retry,
          classify,
        },
        Effect.tapError(Effect.flatMap(attempt(request), decode), ({ reason }) =>
          Effect.logDebug("SCIM call failed").pipe(Effect.annotateLogs({ verb: request.verb, reason: reason._tag })),
        ),
      )
      .pipe(
        Effect.mapError(withAttempts),
        Effect.tapError(({ reason }) => (reason._tag === "InvalidAuth" ? onInvalidAuth : Effect.void)),
        Effect.withSpan(`scim ${request.verb} ${request.kind}`, { kind: "client" }),
      )

  return { call, fail }
}

const withAttempts = ({ error, attempts, waitedMillis }: CallFailed<ScimError>) =>
  attempts === 1
    ? error
    : new ScimError({
        server: error.server,
        verb: error.verb,
        path: error.path,
        reason: error.reason,
        ...(error.status === undefined ? {} : { status: error.status }),
        ...(error.cause === undefined ? {} : { cause: error.cause }),
        attempts,
        waitedMillis,
      })
