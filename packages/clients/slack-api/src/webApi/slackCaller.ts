// Slack's Web API as a table on the call stack of `@rollcall/api-client`: how a call is written, which limit it stands under,
// what a reply says, and what follows from a reason.
import type { ApiCall, ApiTransport, HttpReply, ListInReply } from "@rollcall/api-client"
import {
  apiCaller,
  errorCodeOf,
  excerpt,
  replyParser,
  retryAfterMillis,
  spoiltAs,
  Text,
  unexpectedReply,
} from "@rollcall/api-client"
import type { Resilience } from "@rollcall/resilience"
import { slowClimb } from "@rollcall/resilience"
import type { Duration } from "effect"
import { Effect, Result, Schema } from "effect"
import { stringify } from "node:querystring"
import { errorCodes } from "../error/errorCodes.ts"
import { reasonFactsOf } from "../error/reasonFacts.ts"
import type { SlackReason } from "../SlackError.ts"
import { SlackError } from "../SlackError.ts"
import { callsPerMinuteOf, slackMethod } from "../methods.ts"
import type { SlackArguments, SlackCallOptions } from "../SlackCall.ts"
import type { SlackToken } from "../SlackToken.ts"

/** Where commercial Slack answers. */
export const defaultBaseUrl = "https://slack.com/api/"

/** Where GovSlack answers. Source: https://docs.slack.dev/govslack */
export const govBaseUrl = "https://slack-gov.com/api/"

/** How a client calls Slack. Every member may be left out. */
export interface SlackWebApiOptions extends ApiTransport {
  /** The URL that method names are appended to; default {@link defaultBaseUrl}. */
  readonly baseUrl?: string | undefined
  /** Tells workspaces apart where clients of several share one `Resilience`; otherwise not needed. */
  readonly workspace?: string | undefined
  /** The part of Slack's published limits to spend, above 0 and at most 1; default 1. */
  readonly share?: number | undefined
  /** How much faster than published the limits run, for a simulator; default 1. `Infinity` turns budgets off. */
  readonly speed?: number | undefined
  /**
   * Lets each method climb above its published limit, in small steps and up to four times, until Slack refuses a call for its rate;
   * from then on the method keeps to the published limit. Default: never above it.
   */
  readonly adaptive?: boolean | undefined
  /**
   * How long the answer of `auth.test` is used again for the same value of the token, for programs that live long; default
   * not at all. A failure is not kept, and `invalid_auth`, `token_revoked`, `account_inactive` or `missing_scope` in
   * any call ends it.
   */
  readonly rememberIdentity?: Duration.Input | undefined
}

/** A body that says `ok`, decoded, and the token's scopes if the headers name them. */
interface SlackAnswer<A> {
  readonly body: A
  readonly scopes?: ReadonlyArray<string>
}

/** Decodes a body that says `ok`, and what was made of the pieces of its list where the call names one. */
export type SlackDecode<A, P = never> = (body: unknown, pieces: ReadonlyArray<P>) => Effect.Effect<A, SlackReason>

export type SlackCaller = <A, P = never>(
  method: string,
  args: SlackArguments,
  decode: SlackDecode<A, P>,
  options?: SlackCallOptions,
  list?: ListInReply<P>,
) => Effect.Effect<SlackAnswer<A>, SlackError>

/** A caller with one token, whose calls share the budgets and cooldowns of `resilience`. */
export const slackCaller = (
  options: SlackWebApiOptions,
  token: SlackToken["Service"],
  resilience: Resilience["Service"],
): SlackCaller => {
  const { baseUrl = defaultBaseUrl, share = 1, speed = 1, workspace } = options
  const climb = options.adaptive === true ? slowClimb : undefined
  const call = apiCaller<SlackReason>({
    ...options,
    api: "Slack",
    baseUrl,
    token: token.current,
    resilience,
    retryOf: (reason) => reasonFactsOf(reason).retry(reason),
  })

  const written = <A, P>(
    method: string,
    args: SlackArguments,
    decode: SlackDecode<A, P>,
    { failFast }: SlackCallOptions,
    list: ListInReply<P> | undefined,
  ): ApiCall<SlackAnswer<A>, SlackReason> => {
    const { tier, idempotent } = slackMethod(method)
    const { parse, pieces } = replyParser(list)
    return {
      name: method,
      annotations: { method },
      url: `${baseUrl.replace(/\/$/u, "")}/${method}`,
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: formOf(args),
      idempotent,
      limits: [
        {
          key: workspace === undefined ? method : `${method}@${workspace}`,
          budget: { callsPerMinute: callsPerMinuteOf[tier], share, speed, climb },
        },
      ],
      failFast,
      read: (reply) => replyBody(method, reply, parse(reply), speed),
      decode: (body, { headers }) =>
        Effect.map(decode(body, pieces()), (decoded) => ({
          body: decoded,
          ...scopesOf(headers.get("x-oauth-scopes")),
        })),
    }
  }

  return (method, args, decode, how = {}, list) =>
    Effect.mapError(call(written(method, args, decode, how, list)), (failed) => new SlackError({ method, ...failed }))
}

/** The form that Slack's own client sends, byte for byte, but for lists: Slack takes them as texts with commas. */
const formOf = (args: SlackArguments): string => {
  const form: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(args)) {
    if (value !== undefined) form[name] = typeof value === "object" ? value.join(",") : value
  }
  return stringify(form)
}

// Every token has a scope, so an empty list names none because something on the way emptied it.
const scopesOf = (header: string | null): { readonly scopes?: ReadonlyArray<string> } => {
  const scopes = (header ?? "")
    .split(",")
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "")
  return scopes.length === 0 ? {} : { scopes }
}

const Envelope = Schema.Struct({ ok: Schema.Boolean, error: Text, needed: Text, provided: Text })

const decodeEnvelope = Schema.decodeUnknownResult(Envelope)

/**
 * The parsed body where Slack says `ok`, otherwise the reason. `speed` shortens the pause that is assumed where Slack asks for
 * one and does not say how long.
 */
const replyBody = (
  method: string,
  reply: HttpReply,
  parsed: unknown,
  speed: number,
): Result.Result<unknown, SlackReason> => {
  const asked = retryAfterMillis(reply)
  const pause = asked ?? (unstatedPauseSeconds * 1000) / speed
  const envelope = decodeEnvelope(parsed)
  const stated = asked === undefined ? {} : { retryAfterMillis: asked }
  const refusal = Result.isSuccess(envelope) ? refusalOf(method, envelope.success, pause) : undefined
  if (refusal?._tag === "ServerError") return Result.fail({ ...refusal, ...stated })
  if (refusal !== undefined && refusal._tag !== "UnknownError") return Result.fail(refusal)
  if (reply.status === 429) return Result.fail({ _tag: "RateLimited", retryAfterMillis: pause })
  if (reply.status >= 500) return Result.fail({ _tag: "ServerError", ...stated })
  if (refusal !== undefined) return Result.fail(refusal)
  if (reply.status !== 200) return Result.fail(unexpectedReply("status", reply.text))
  if (parsed === undefined) return Result.fail(unexpectedReply(spoiltAs(reply.text), reply.text))
  if (Result.isFailure(envelope) || !envelope.success.ok) return Result.fail(unexpectedReply("shape", reply.text))
  return Result.succeed(parsed)
}

const refusalOf = (
  method: string,
  { ok, error, needed, provided }: typeof Envelope.Type,
  pauseMillis: number,
): SlackReason | undefined =>
  ok || typeof error !== "string"
    ? undefined
    : slackReasonOf(method, { error, needed: needed ?? undefined, provided: provided ?? undefined }, pauseMillis)

/** What a body with `ok: false` says. */
interface SlackRefusal {
  readonly error: string
  /** Scopes, separated by commas, where a scope is missing. */
  readonly needed?: string | undefined
  readonly provided?: string | undefined
}

/** Seconds to pause where Slack says `ratelimited` and not for how long: it does so now and then inside a 200. */
const unstatedPauseSeconds = 30

const longestCode = 100
const longestScopes = 2000

const scopes = (list: string | undefined): ReadonlyArray<string> =>
  excerpt(list ?? "", longestScopes)
    .split(",")
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "")

/** The reason behind a refusal. `pauseMillis` is the pause that the reply asks for, or the assumed one. */
export const slackReasonOf = (method: string, refusal: SlackRefusal, pauseMillis: number): SlackReason => {
  // What follows the code may name people. A text without any code is kept as far as it can be shown.
  const isKnown = (word: string) => Object.hasOwn(errorCodes, word)
  const code = excerpt(errorCodeOf(refusal.error, isKnown) ?? refusal.error, longestCode)
  // All arguments that methods require are sent, except the workspace, which only a token of a whole organisation needs.
  if (code === "missing_argument" && slackMethod(method).takesTeam === true) return { _tag: "OrgLevelInstall" }
  const tag = isKnown(code) ? errorCodes[code] : undefined
  switch (tag) {
    case undefined:
      return { _tag: "UnknownError", code }
    case "MissingScope":
      return { _tag: "MissingScope", needed: scopes(refusal.needed), provided: scopes(refusal.provided) }
    case "RateLimited":
      return { _tag: "RateLimited", retryAfterMillis: pauseMillis }
    default:
      return { _tag: tag, code }
  }
}
