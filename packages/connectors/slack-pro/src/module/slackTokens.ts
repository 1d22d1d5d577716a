// The tokens of a Slack connector: what their first letters tell before anything is sent, how clients come by them, and what Slack
// says of one. A token is read again before every call, so that a rotated file is taken up in the middle of a sync, and one that
// cannot be read any more is told in the words of the configuration.
import type { Secret } from "@rollcall/config"
import { ConfigError, environmentName } from "@rollcall/config"
import type { Finding, OpenOptions } from "@rollcall/connector-module"
import type {
  SlackError,
  SlackIdentity,
  SlackTokenKind,
  SlackWebApiOptions,
  SlackWebApiShape,
} from "@rollcall/slack-api"
import { SlackToken, slackTokenKind, SlackWebApi } from "@rollcall/slack-api"
import type { Result, Scope } from "effect"
import { Clock, Context, Effect, Layer, Option } from "effect"
import { adminCheck, tokenFinding } from "./findings.ts"
import type { Resilience } from "@rollcall/resilience"
import { defaultRetryPolicy } from "@rollcall/resilience"

/** A finding for each token that is given. One that cannot be read is left to the first call, which says why. */
export const inspectTokens = Effect.fnUntraced(function* (settings: {
  readonly token: Secret | undefined
  readonly "business-plus-token"?: Secret | undefined
}) {
  const findings: Array<Finding> = []
  for (const check of ["token", adminCheck] as const) {
    const secret = settings[check]
    if (secret === undefined) continue
    const token = yield* Effect.option(secret)
    if (Option.isSome(token)) findings.push(tokenFinding(check, slackTokenKind(token.value)))
  }
  return findings
})

/** The token of the Web API. */
export const slackTokenLayer = (secret: Secret | undefined): Layer.Layer<SlackToken> =>
  Layer.succeed(SlackToken, { current: secret ?? notGiven("token") })

/** Fails with what to set. */
export const notGiven = (setting: string) =>
  Effect.fail(
    new ConfigError({
      reason: "Missing",
      message: `${environmentName(setting)} is not set.`,
      hint: `Set ${environmentName(setting)} or its _FILE twin.`,
    }),
  )

/**
 * The options of the clients; where the settings turn the limits off, they have none. Of SCIM only its share is spent whatever the
 * settings say: its limits have published bursts, and the identity provider needs the rest.
 */
export const paceOf = (
  { "rate-limits": limits }: { readonly "rate-limits": string },
  options: OpenOptions,
): OpenOptions & Pick<SlackWebApiOptions, "adaptive"> =>
  limits === "off" ? { ...options, speed: Number.POSITIVE_INFINITY } : { ...options, adaptive: limits === "adaptive" }

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

/** Asks Slack who a token is, for the doctor: one call of `auth.test`. Fails where the secret cannot be read. */
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
