// From a reply to the body of a success or the reason of a failure: the one place where Slack's ways of failing become
// one. A 429 and `ratelimited` inside a 200 are the same; a failing status counts whatever the body says.
import { Result, Schema } from "effect"
import { excerpt } from "../error/excerpt.ts"
import { slackReasonOf, unstatedPauseSeconds } from "../error/slackReasonOf.ts"
import type { SlackReason } from "../error/SlackReason.ts"
import type { SlackReply } from "./SlackReply.ts"

const Words = Schema.optionalKey(Schema.NullOr(Schema.String))

const Envelope = Schema.Struct({ ok: Schema.Boolean, error: Words, needed: Words, provided: Words })

const decodeEnvelope = Schema.decodeUnknownResult(Envelope)

/** The pause that a reply asks for, in milliseconds; `Retry-After` is in whole seconds, and anything else is not told. */
const pauseMillis = (retryAfter: string | undefined): number | undefined =>
  retryAfter !== undefined && /^\s*\d{1,9}\s*$/u.test(retryAfter) ? Number(retryAfter) * 1000 : undefined

/**
 * The parsed body where Slack says `ok`, otherwise the reason. `speed` shortens the pause that is assumed where Slack asks for
 * one and does not say how long.
 */
export const replyBody = (method: string, reply: SlackReply, speed: number): Result.Result<unknown, SlackReason> => {
  const told = pauseMillis(reply.retryAfter)
  const pause = told ?? (unstatedPauseSeconds * 1000) / speed
  if (reply.status === 429) return Result.fail({ _tag: "RateLimited", retryAfterMillis: pause })
  if (reply.status >= 500) {
    return Result.fail({ _tag: "ServerError", ...(told === undefined ? {} : { retryAfterMillis: told }) })
  }
  const parsed = parse(reply.text)
  const envelope = decodeEnvelope(parsed)
  if (Result.isSuccess(envelope) && !envelope.success.ok && typeof envelope.success.error === "string") {
    const { error, needed, provided } = envelope.success
    return Result.fail(
      slackReasonOf(method, { error, needed: needed ?? undefined, provided: provided ?? undefined }, pause),
    )
  }
  if (reply.status !== 200) return unexpected("status", reply.text)
  if (parsed === undefined) return unexpected(spoiltAs(reply.text), reply.text)
  if (Result.isFailure(envelope) || !envelope.success.ok) return unexpected("shape", reply.text)
  return Result.succeed(parsed)
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const spoiltAs = (text: string) => {
  const begin = text.trimStart().charAt(0)
  return begin === "<" ? "html" : begin === "{" || begin === "[" ? "truncated" : "notJson"
}

const unexpected = (problem: "status" | "html" | "truncated" | "notJson" | "shape", text: string) =>
  Result.fail<SlackReason>({ _tag: "UnexpectedReply", problem, detail: safeExcerpt(text) })

/** JSON of Slack's may hold names and addresses, which belong into no message; what a gateway says may be quoted. */
const safeExcerpt = (text: string): string =>
  /^\s*[{[]/u.test(text) ? `${text.length} characters of JSON` : excerpt(text)
