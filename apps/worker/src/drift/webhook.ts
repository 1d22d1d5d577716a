// One message to a webhook, signed as Standard Webhooks 1.0.0 says: HMAC-SHA256 over id, time and body, in three headers. The id stays
// the same however often it is sent, so that its receiver takes it once; the time is that of the attempt. A redirect is no success.
// Neither the address nor the secret is in what it fails with. Source:
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import type { CommonReason, FailedCall, HttpReply, Retry } from "@rollcall/api-client"
import { afterAttempts, apiCaller, exchangeFacts, retryAfterMillis, seconds } from "@rollcall/api-client"
import type { ConfigError, Secret } from "@rollcall/config"
import type { Failure, FailureKind } from "@rollcall/connector"
import { settingRules } from "@rollcall/host"
import { defaultRetryPolicy, Resilience, type RetryPolicy } from "@rollcall/resilience"
import { Clock, Effect, Redacted, Result, Schema } from "effect"
import { createHmac } from "node:crypto"

/** Where messages go. Both are read at each message, as the files behind them may have changed. */
export interface Webhook {
  readonly url: Secret
  /** Without one, messages are not signed. */
  readonly secret: Secret | undefined
  /** Default {@link defaultRetryPolicy}, with pauses of a minute at most. */
  readonly retry?: RetryPolicy | undefined
}

/** A message. */
export interface WebhookMessage {
  /** The same for the same message, also when it is sent later once more; without a full stop. */
  readonly id: string
  /** JSON. */
  readonly body: string
}

/** A message that was not taken. */
export class WebhookFailed
  extends Schema.TaggedError<WebhookFailed>()("WebhookFailed", { message: Schema.String, hint: Schema.String })
  implements Failure
{
  readonly kind: FailureKind = "unavailable"
}

type Reason =
  | CommonReason
  | { readonly _tag: "Refused" }
  | { readonly _tag: "Redirected" }
  | { readonly _tag: "RateLimited"; readonly retryAfterMillis: number }
  | { readonly _tag: "Unavailable"; readonly retryAfterMillis: number | undefined }

/** As the specification recommends, up to 30 seconds. */
const timeout = "15 seconds"

/** Nobody waits for a message, and the next comparison sends it again. */
const retries: RetryPolicy = { ...defaultRetryPolicy, throttled: { retries: 2, waitMillis: 60_000 } }

/** Where a receiver asks for a pause without saying how long. */
const unstatedPauseMillis = 5000

/** Replies are not read, beyond their status. */
const longestReplyBytes = 1024 * 1024

/** Whatever stands for the address in messages. */
const theAddress = "its address"

/** Sends it, and once more where that may help. It succeeds where the receiver answers with a status of 200 to 299. */
export const sendWebhook = Effect.fn("Webhook.send")(function* (
  { url, secret, retry = retries }: Webhook,
  { id, body }: WebhookMessage,
): Effect.fn.Return<void, WebhookFailed | ConfigError, Resilience> {
  const address = Redacted.value(yield* checked("drift-webhook-url", url))
  const clock = yield* Clock.Clock
  const call = apiCaller<Reason>({
    api: "Webhook",
    baseUrl: theAddress,
    token: secret === undefined ? undefined : checked("drift-webhook-secret", secret),
    authorize: (key) => signed(key, { id, body }, clock.currentTimeMillisUnsafe()),
    resilience: yield* Resilience,
    retryOf,
    retry,
    timeout,
    longestReplyBytes,
  })
  yield* call({
    name: "drift",
    annotations: { webhook: id },
    url: address,
    method: "POST",
    headers: { "Content-Type": "application/json", "webhook-id": id },
    body,
    // By its id the receiver knows a message that it has.
    idempotent: true,
    limits: [{ key: "webhook", budget: { callsPerMinute: Number.POSITIVE_INFINITY } }],
    read: readReply,
    decode: () => Effect.void,
  }).pipe(Effect.mapError(failed))
})

/** A secret as it is now, where it obeys the rule of its setting. */
const checked = (setting: string, secret: Secret): Effect.Effect<Redacted.Redacted, WebhookFailed | ConfigError> =>
  Effect.tap(secret, (value) =>
    Effect.mapError(
      settingRules[setting]?.(Redacted.value(value)) ?? Effect.void,
      ({ message, hint }) => new WebhookFailed({ message: `${setting} cannot be used any more. ${message}`, hint }),
    ),
  )

/** The headers that sign a message, sent at this time in milliseconds since the epoch. */
const signed = (secret: string, { id, body }: WebhookMessage, now: number): Readonly<Record<string, string>> => {
  const time = String(Math.floor(now / 1000))
  const key = Buffer.from(secret.replace(/^whsec_/u, ""), "base64")
  const signature = createHmac("sha256", key).update(`${id}.${time}.${body}`).digest("base64")
  return { "webhook-timestamp": time, "webhook-signature": `v1,${signature}` }
}

const readReply = (reply: HttpReply): Result.Result<undefined, Reason> => {
  const { status } = reply
  const pause = retryAfterMillis(reply)
  if (status >= 200 && status < 300) return Result.succeed(undefined)
  if (status >= 300 && status < 400) return Result.fail({ _tag: "Redirected" })
  if (status === 429) return Result.fail({ _tag: "RateLimited", retryAfterMillis: pause ?? unstatedPauseMillis })
  return Result.fail(status >= 500 ? { _tag: "Unavailable", retryAfterMillis: pause } : { _tag: "Refused" })
}

const retryOf = (reason: Reason): Retry => {
  switch (reason._tag) {
    case "RateLimited":
    case "Unavailable":
    case "TimedOut":
      return "always"
    case "Network":
      return exchangeFacts.Network.retry(reason)
    default:
      return "never"
  }
}

/** What happened, and what to do. What the receiver says is not repeated, nor what the system says of the address. */
const failed = (failure: FailedCall<Reason>): WebhookFailed => {
  const { says, hint } = wordsOf(failure.reason)
  return new WebhookFailed({ message: `The webhook ${says}${afterAttempts(failure)}`, hint })
}

const wordsOf = (reason: Reason): { readonly says: string; readonly hint: string } => {
  switch (reason._tag) {
    case "Redirected":
      return { says: "answers with a redirect, which is not followed", hint: "Set the address that it leads to." }
    case "Refused":
      return { says: "refuses the message", hint: "Check its address, and its secret at the receiver." }
    case "RateLimited":
      return {
        says: `asks for a pause of ${seconds(reason.retryAfterMillis)}`,
        hint: "It is sent again after the next sync.",
      }
    case "Unavailable":
      return { says: "failed", hint: "Look at its receiver. It is sent again after the next sync." }
    case "UnreadableToken":
      return { says: `got no message: ${reason.problem.replace(/\.$/u, "")}`, hint: reason.remedy }
    case "Fenced":
      return { says: `got no message: ${reason.problem.replace(/\.$/u, "")}`, hint: reason.remedy }
    case "MalformedToken":
      return { says: "got no message, as the secret of its signature is not one word", hint: "Correct the secret." }
    case "Network":
      return {
        says: exchangeFacts.Network.says({ ...reason, host: theAddress }),
        hint: exchangeFacts.Network.hint(reason),
      }
    case "TimedOut":
      return { says: exchangeFacts.TimedOut.says(reason), hint: "Look at its receiver." }
    case "UnexpectedReply":
      return { says: "answers with more than a receiver does", hint: "Check its address." }
  }
}
