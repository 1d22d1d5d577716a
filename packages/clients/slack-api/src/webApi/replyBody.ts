// From a reply to the body of a success or the reason of a failure: the one place where Slack's ways of failing become
// one. A code that is known keeps its meaning whatever the HTTP status: a 429 and `ratelimited` inside a 200 are the same.
// Without one, a failing status counts whatever the body says.
import type { HttpReply } from "@rollcall/api-client"
import { errorCodeOf, excerpt, jsonOf, retryAfterMillis, spoiltAs, Text, unexpectedReply } from "@rollcall/api-client"
import { Result, Schema } from "effect"
import { errorCodes } from "../error/errorCodes.ts"
import type { SlackReason } from "../error/SlackReason.ts"
import { slackMethod } from "../methods.ts"

const Envelope = Schema.Struct({ ok: Schema.Boolean, error: Text, needed: Text, provided: Text })

const decodeEnvelope = Schema.decodeUnknownResult(Envelope)

/**
 * The parsed body where Slack says `ok`, otherwise the reason. `speed` shortens the pause that is assumed where Slack asks for
 * one and does not say how long.
 */
export const replyBody = (method: string, reply: HttpReply, speed: number): Result.Result<unknown, SlackReason> => {
  const asked = retryAfterMillis(reply)
  const pause = asked ?? (unstatedPauseSeconds * 1000) / speed
  const parsed = jsonOf(reply.text)
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
