// The tokens of a Slack connector: what their first letters tell before anything is sent, and how clients come by them. A token
// is read again before every call, so that a rotated file is taken up in the middle of a sync, and one that cannot be read any
// more is told in the words of the configuration.
import type { Secret } from "@rollcall/config"
import { ConfigError, environmentName } from "@rollcall/config"
import type { Finding, OpenOptions } from "@rollcall/connector-module"
import { SlackToken, slackTokenKind } from "@rollcall/slack-api"
import { Effect, Layer, Option } from "effect"
import { adminCheck, tokenFinding } from "./findings.ts"

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

/** The options of the clients; where the settings turn the limits off, they have none. */
export const paceOf = (settings: { readonly "rate-limits": string }, options: OpenOptions): OpenOptions =>
  settings["rate-limits"] === "off" ? { ...options, speed: Number.POSITIVE_INFINITY } : options
