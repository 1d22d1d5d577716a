// The one stack that a call of any API goes through, read from top to bottom: token, fence, send, read, decode, and around them
// limits and retries. A client is a table on it: what its requests look like, what its replies say, what its reasons mean.
import { PageBeforeStored } from "@rollcall/connector"
import type { CallFailed, Limits, Resilience, RetryPolicy, Verdict } from "@rollcall/resilience"
import { Duration, Effect, Redacted, Result, Schema } from "effect"
import { observeCall, observeTime } from "./CallOutcomes.ts"
import type { HttpFetch, HttpReply } from "./exchange.ts"
import { exchanged, readReply } from "./exchange.ts"
import type { ExchangeReason } from "./ExchangeReason.ts"
import type { FailedAttempt, FailedCall, Retry } from "./FailedCall.ts"
import { mayRepeat } from "./FailedCall.ts"
import { makeFetch } from "./makeFetch.ts"
import { askFence, type Fenced } from "./WriteFence.ts"

/** What the source of a token fails with: what happened and why, and what to do, each in a sentence. */
export interface TokenProblem {
  readonly message: string
  readonly hint: string
}

/** Where the token of the moment comes from. One that never changes is `Effect.succeed(Redacted.make(…))`. */
export type TokenSource = Effect.Effect<Redacted.Redacted, TokenProblem>

/** The token's source has none now, such as a file that was taken away; nothing was sent. The words are the source's own. */
export const UnreadableToken = Schema.TaggedStruct("UnreadableToken", { problem: Schema.String, remedy: Schema.String })
export type UnreadableToken = typeof UnreadableToken.Type

/** The token is empty or holds characters that no token has; it was not sent. */
export const MalformedToken = Schema.TaggedStruct("MalformedToken", {})
export type MalformedToken = typeof MalformedToken.Type

// Anything else in a header would be refused by `fetch`, in a message that quotes the header with the token.
const sendable = /^[\x21-\x7e]+$/u

/** Whether a token is one word of printable ASCII, as a header `Authorization: Bearer …` takes it. */
export const isBearerToken = (token: string): boolean => sendable.test(token)

/** The value of the token as it is now, fit for a header. */
export const readToken = (
  source: TokenSource,
): Effect.Effect<string, { readonly reason: UnreadableToken | MalformedToken; readonly cause?: unknown }> =>
  source.pipe(
    Effect.mapError((problem) => ({
      reason: { _tag: "UnreadableToken" as const, problem: problem.message, remedy: problem.hint },
      cause: problem,
    })),
    Effect.map(Redacted.value),
    Effect.filterOrFail(isBearerToken, () => ({ reason: { _tag: "MalformedToken" as const } })),
  )

/** Reasons that a call of any API can fail for; a client adds its own. */
export type CommonReason = UnreadableToken | MalformedToken | Fenced | ExchangeReason

/** How requests go out; every member may be left out. */
export interface ApiTransport {
  /** The headers that carry a token; default `Authorization: Bearer …`. It is one word of printable ASCII. */
  readonly authorize?: ((token: string) => Readonly<Record<string, string>>) | undefined
  /**
   * How long one attempt may take, body included; default 30 s. `Duration.infinity` turns it off,
   * as a clock needs that leaps over time while nothing happens.
   */
  readonly timeout?: Duration.Input | undefined
  /** The bounds of retries; default those of `@rollcall/resilience`. */
  readonly retry?: RetryPolicy | undefined
  /** In place of {@link makeFetch}, such as a simulator in this process. */
  readonly fetch?: HttpFetch | undefined
  /** A longer body is refused; default 128 MiB. */
  readonly longestReplyBytes?: number | undefined
}

/** One API with one token. */
export interface ApiOptions<Reason extends { readonly _tag: string }> extends ApiTransport {
  /** Its name in log lines; in lower case that of the system in spans and metrics. */
  readonly api: string
  /** Names the host in failures, such as `slack.com`. */
  readonly baseUrl: string
  /** Without one, calls carry no `Authorization`. */
  readonly token?: TokenSource | undefined
  /** Its budgets and cooldowns. */
  readonly resilience: Resilience["Service"]
  /** Whether repeating a call can help, by the client's table of reasons. */
  readonly retryOf: (reason: Reason) => Retry
}

/** One call, as data. */
export interface ApiCall<A, Reason> {
  /** The API's name of the call, such as `users.list`, in its span and in metrics: never a path with ids in it. */
  readonly name: string
  /** What log lines say of it, such as `{ method: "users.list" }`. */
  readonly annotations: Readonly<Record<string, unknown>>
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** Whether doing it twice is as good as once, as with every read. A call that is not stands behind `WriteFence`. */
  readonly idempotent: boolean
  /** Every limit that it stands under, the narrowest first. */
  readonly limits: Limits
  /** Calls that name the same mutex go one at a time. */
  readonly mutex?: string | undefined
  /** Tags of reasons to fail with at once, though they could be retried. */
  readonly failFast?: ReadonlyArray<string> | undefined
  /** The body of a success, or why it is none. */
  readonly read: (reply: HttpReply) => Result.Result<unknown, Reason>
  /** Decodes the body. */
  readonly decode: (body: unknown, reply: HttpReply) => Effect.Effect<A, Reason>
}

/** How long one attempt may take, body included, where nothing else is said. */
const standardTimeout = "30 seconds"

/** The longest body that is read where nothing else is said: 128 MiB. */
const standardReplyBytes: number = 128 * 1024 * 1024

// Some APIs, GitHub's among them, refuse requests without one.
const commonHeaders = { "User-Agent": `rollcall node/${process.versions.node}`, Accept: "application/json" }

const asBearer = (token: string) => ({ Authorization: `Bearer ${token}` })

/** The host of a URL for messages; the text itself where it is not a URL. */
export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url)

/** A function that makes calls with one token, within the limits that `resilience` keeps. */
export const apiCaller = <Reason extends { readonly _tag: string }>(options: ApiOptions<Reason | CommonReason>) => {
  const { api, token, resilience, retryOf, authorize = asBearer } = options
  const { fetch = makeFetch(), longestReplyBytes = standardReplyBytes } = options
  const host = hostOf(options.baseUrl)
  const timeout = Duration.fromInputUnsafe(options.timeout ?? standardTimeout)
  type AnyReason = Reason | CommonReason
  type Failed = FailedAttempt<AnyReason>

  const currentToken: Effect.Effect<string | undefined, Failed> =
    token === undefined ? Effect.succeed(undefined) : readToken(token)

  const send = <A>(call: ApiCall<A, AnyReason>, value: string | undefined): Effect.Effect<HttpReply, Failed> => {
    const { method, body } = call
    const authorization = value === undefined ? {} : authorize(value)
    const headers = { ...commonHeaders, ...authorization, ...call.headers }
    // An API redirects no call. Where something else does, its status says more than an error would.
    const init: RequestInit = { method, headers, redirect: "manual", ...(body === undefined ? {} : { body }) }
    return exchanged(async (signal) => readReply(await fetch(call.url, { ...init, signal }), longestReplyBytes), {
      host,
      timeout,
    })
  }

  const logReply = <A>({ annotations }: ApiCall<A, AnyReason>, { status, bytes }: HttpReply) =>
    Effect.logDebug(`${api} replied`).pipe(Effect.annotateLogs({ ...annotations, status, bytes: bytes.length }))

  const read = <A>(call: ApiCall<A, AnyReason>, reply: HttpReply, value: string | undefined) => {
    const { status } = reply
    const body = call.read(reply)
    if (Result.isSuccess(body)) {
      return Effect.mapError(call.decode(body.success, reply), (reason): Failed => ({ reason, status }))
    }
    // What a server repeats of the request must not bring the token into a message.
    const safe = value === undefined ? body : call.read(withoutToken(reply, value))
    return Effect.fail<Failed>({ reason: Result.isFailure(safe) ? safe.failure : body.failure, status })
  }

  const logFailure =
    <A>({ annotations }: ApiCall<A, AnyReason>) =>
    ({ reason }: Failed) =>
      Effect.logDebug(`${api} call failed`).pipe(Effect.annotateLogs({ ...annotations, reason: reason._tag }))

  const classify =
    <A>({ idempotent, failFast }: ApiCall<A, AnyReason>) =>
    ({ reason }: Failed): Verdict => ({
      retryable: mayRepeat(retryOf(reason), idempotent) && failFast?.includes(reason._tag) !== true,
      throttled: reason._tag === "RateLimited",
      retryAfterMillis:
        "retryAfterMillis" in reason && typeof reason.retryAfterMillis === "number"
          ? reason.retryAfterMillis
          : undefined,
    })

  const withinLimits =
    <A>(call: ApiCall<A, AnyReason>) =>
    (attempt: Effect.Effect<A, Failed>) =>
      resilience.call(
        { limits: call.limits, mutex: call.mutex, retry: options.retry, classify: classify(call) },
        attempt,
      )

  return <A>(call: ApiCall<A, AnyReason>): Effect.Effect<A, FailedCall<AnyReason>> =>
    currentToken.pipe(
      Effect.flatMap((value) =>
        Effect.andThen(call.idempotent ? Effect.void : askFence, send(call, value)).pipe(
          Effect.tap((reply) => Effect.andThen(observeTime(reply), logReply(call, reply))),
          Effect.tap(() => Effect.flatten(PageBeforeStored)),
          Effect.flatMap((reply) => read(call, reply, value)),
        ),
      ),
      Effect.tapError(logFailure(call)),
      // Each attempt, from the token on, waits for its limits, and is repeated within bounds.
      withinLimits(call),
      Effect.mapError(withAttempts),
      observeCall({ system: api.toLowerCase(), method: call.name }),
    )
}

const withoutToken = (reply: HttpReply, token: string): HttpReply => {
  const text = reply.text.replaceAll(token, "<token>")
  return { ...reply, text, bytes: Buffer.from(text) }
}

const withAttempts = <Reason>({
  error,
  attempts,
  waitedMillis,
}: CallFailed<FailedAttempt<Reason>>): FailedCall<Reason> =>
  attempts === 1 ? error : { ...error, attempts, waitedMillis }
