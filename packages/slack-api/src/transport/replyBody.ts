// From a reply to the body of a success or the reason of a failure: the one place where Slack's ways of failing become
// one. A 429 and `ratelimited` inside a 200 are the same; a failing status counts whatever the body says.
import { type HttpReply, jsonOf, retryAfterMillis, spoiltAs, unexpectedReply } from "@rollcall/http-exchange"
import { Result, Schema } from "effect"
import { slackReasonOf, unstatedPauseSeconds } from "../error/slackReasonOf.ts"
import type { SlackReason } from "../error/SlackReason.ts"

const Words = Schema.optionalKey(Schema.NullOr(Schema.String))

const Envelope = Schema.Struct({ ok: Schema.Boolean, error: Words, needed: Words, provided: Words })

const decodeEnvelope = Schema.decodeUnknownResult(Envelope)

/**
 * The parsed body where Slack says `ok`, otherwise the reason. `speed` shortens the pause that is assumed where Slack asks for
 * one and does not say how long.
 */
export const replyBody = (method: string, reply: HttpReply, speed: number): Result.Result<unknown, SlackReason> => {
  const told = retryAfterMillis(reply)
  const pause = told ?? (unstatedPauseSeconds * 1000) / speed
  if (reply.status === 429) return Result.fail({ _tag: "RateLimited", retryAfterMillis: pause })
  if (reply.status >= 500) {
    return Result.fail({ _tag: "ServerError", ...(told === undefined ? {} : { retryAfterMillis: told }) })
  }
  const parsed = jsonOf(reply.text)
  const envelope = decodeEnvelope(parsed)
  if (Result.isSuccess(envelope) && !envelope.success.ok && typeof envelope.success.error === "string") {
    const { error, needed, provided } = envelope.success
    return Result.fail(
      slackReasonOf(method, { error, needed: needed ?? undefined, provided: provided ?? undefined }, pause),
    )
  }
  if (reply.status !== 200) return Result.fail(unexpectedReply("status", reply.text))
  if (parsed === undefined) return Result.fail(unexpectedReply(spoiltAs(reply.text), reply.text))
  if (Result.isFailure(envelope) || !envelope.success.ok) return Result.fail(unexpectedReply("shape", reply.text))
  return Result.succeed(parsed)
}
