// The stack that a call of Slack goes through, read from the bottom up: token, send with a time-out, make one reason of
// every way of failing, decode, then budget, cooldown and bounded retry: an answer of another shape is odd like any other
// that is not documented, and may pass.
import {
  exchanged,
  isBearerToken,
  makeFetch,
  standardReplyBytes,
  standardTimeout,
  unreadableToken,
} from "@rollcall/api-client"
import { type CallFailed, type Resilience, type Verdict } from "@rollcall/resilience"
import { Duration, Effect, Redacted, Result } from "effect"
import type { SlackReason, SlackReasonTag } from "../error/SlackReason.ts"
import { callsPerMinuteOf, slackMethod } from "../methods.ts"
import type { SlackCallOptions, SlackArguments } from "../SlackCall.ts"
import { SlackError } from "../SlackError.ts"
import type { SlackToken } from "../SlackToken.ts"
import { defaultBaseUrl, type SlackWebApiOptions } from "../SlackWebApiOptions.ts"
import { makeExchange } from "../transport/exchange.ts"
import { replyBody } from "../transport/replyBody.ts"

/** A body that says `ok`, decoded, and the token's scopes where the headers told them. */
export interface SlackAnswer<A> {
  readonly body: A
  readonly scopes?: ReadonlyArray<string>
}

export type SlackCaller = <A>(
  method: string,
  args: SlackArguments,
  decode: (body: unknown) => Effect.Effect<A, SlackError>,
  options?: SlackCallOptions,
) => Effect.Effect<SlackAnswer<A>, SlackError>

const classify =
  (failFast: ReadonlyArray<SlackReasonTag>) =>
  (error: SlackError): Verdict => {
    const { reason } = error
    return {
      retryable: error.isRetryable && !failFast.includes(reason._tag),
      throttled: reason._tag === "RateLimited",
      ...("retryAfterMillis" in reason && reason.retryAfterMillis !== undefined
        ? { retryAfterMillis: reason.retryAfterMillis }
        : {}),
    }
  }

/** A caller with one token, whose calls share the budgets and cooldowns of `resilience`. */
export const slackCaller = (
  options: SlackWebApiOptions,
  token: SlackToken["Service"],
  resilience: Resilience["Service"],
): SlackCaller => {
  const { baseUrl = defaultBaseUrl, share = 1, speed = 1 } = options
  const timeout = Duration.fromInputUnsafe(options.timeout ?? standardTimeout)
  const host = URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl
  const exchange = makeExchange({
    baseUrl,
    fetch: options.fetch ?? makeFetch(),
    longestReplyBytes: options.longestReplyBytes ?? standardReplyBytes,
  })

  const attempt = Effect.fnUntraced(function* <A>(
    method: string,
    args: SlackArguments,
    decode: (body: unknown) => Effect.Effect<A, SlackError>,
  ) {
    const fail = (reason: SlackReason, more: { readonly status?: number; readonly cause?: unknown } = {}) =>
      new SlackError({ method, reason, ...more })
    const value = Redacted.value(
      yield* Effect.mapError(token.current, (problem) => fail(unreadableToken(problem), { cause: problem })),
    )
    if (!isBearerToken(value)) return yield* fail({ _tag: "MalformedToken" })
    const send = (signal: AbortSignal) => exchange({ method, arguments: args, token: value, signal })
    const reply = yield* Effect.mapError(exchanged(send, { host, timeout }), ({ reason, ...more }) =>
      fail(reason, more),
    )
    yield* Effect.logDebug("Slack replied").pipe(
      Effect.annotateLogs({ method, status: reply.status, characters: reply.text.length }),
    )
    const body = replyBody(method, reply, speed)
    if (Result.isFailure(body)) return yield* fail(body.failure, { status: reply.status })
    return { body: yield* decode(body.success), ...scopesOf(reply.headers.get("x-oauth-scopes")) }
  })

  return (method, args, decode, { failFast = [] } = {}) =>
    resilience
      .call(
        {
          limits: [
            {
              key: options.workspace === undefined ? method : `${method}@${options.workspace}`,
              budget: { callsPerMinute: callsPerMinuteOf[slackMethod(method).tier], share, speed },
            },
          ],
          retry: options.retry,
          classify: classify(failFast),
        },
        Effect.tapError(attempt(method, args, decode), ({ reason }) =>
          Effect.logDebug("Slack call failed").pipe(Effect.annotateLogs({ method, reason: reason._tag })),
        ),
      )
      .pipe(Effect.mapError(withAttempts), Effect.withSpan(`slack ${method}`, { kind: "client" }))
}

const withAttempts = ({ error, attempts, waitedMillis }: CallFailed<SlackError>) =>
  attempts === 1
    ? error
    : new SlackError({
        method: error.method,
        reason: error.reason,
        ...(error.status === undefined ? {} : { status: error.status }),
        ...(error.cause === undefined ? {} : { cause: error.cause }),
        attempts,
        waitedMillis,
      })

// Every token has a scope, so an empty list names none because something on the way emptied it.
const scopesOf = (header: string | null): { readonly scopes?: ReadonlyArray<string> } => {
  const scopes = (header ?? "")
    .split(",")
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "")
  return scopes.length === 0 ? {} : { scopes }
}
