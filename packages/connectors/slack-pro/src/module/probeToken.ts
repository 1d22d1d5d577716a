// Asks Slack who a token is, for the doctor.
import type { ConfigError, Secret } from "@rollcall/config"
import type { OpenOptions } from "@rollcall/connector-module"
import type { Resilience } from "@rollcall/resilience"
import { defaultRetryPolicy } from "@rollcall/resilience"
import type { SlackError, SlackIdentity, SlackTokenKind, SlackWebApiShape } from "@rollcall/slack-api"
import { slackTokenKind, SlackWebApi } from "@rollcall/slack-api"
import type { Result, Scope } from "effect"
import { Clock, Context, Effect, Layer } from "effect"
import { slackTokenLayer } from "./slackTokens.ts"

/** Someone waits for the answer, so little is repeated. */
export const briefRetry = {
  ...defaultRetryPolicy,
  throttled: { retries: 1, waitMillis: 60_000 },
  transient: { retries: 1, waitMillis: 5_000 },
}

/** A token, and what Slack said of it. */
export interface ProbedToken {
  readonly kind: SlackTokenKind
  readonly slack: SlackWebApiShape
  readonly answer: Result.Result<SlackIdentity, SlackError>
  /** The `Date` header of the answer. */
  readonly slackTime: string | undefined
  /** When the answer had come, in milliseconds since the epoch. */
  readonly answeredAt: number
}

/** One call of `auth.test`. Fails where the secret cannot be read. */
export const probeToken = Effect.fn("Doctor.token")(function* (
  secret: Secret,
  baseUrl: string,
  { fetch }: OpenOptions,
): Effect.fn.Return<ProbedToken, ConfigError, Resilience | Scope.Scope> {
  const kind = slackTokenKind(yield* secret)
  let slackTime: string | undefined
  const client = SlackWebApi.layer({
    baseUrl,
    retry: briefRetry,
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      slackTime = response.headers.get("date") ?? slackTime
      return response
    },
  })
  const slack = Context.get(yield* Layer.build(Layer.provide(client, slackTokenLayer(secret))), SlackWebApi)
  const answer = yield* Effect.result(slack.authTest)
  return { kind, slack, answer, slackTime, answeredAt: yield* Clock.currentTimeMillis }
})
