// A configured secret as the token of Slack's clients: read anew before every call, so that a rotated file is taken up in
// mid-sync, and one that cannot be read any more is told in the words of the configuration.
import type { Secret } from "@rollcall/config"
import { ConfigError, environmentName } from "@rollcall/config"
import { ScimToken } from "@rollcall/scim-client"
import { SlackToken } from "@rollcall/slack-api"
import { Effect, Layer } from "effect"

/** The token of the Web API. */
export const slackTokenLayer = (secret: Secret | undefined): Layer.Layer<SlackToken> =>
  Layer.succeed(SlackToken, { current: secret ?? notGiven("token") })

/** The token of SCIM. */
export const scimTokenLayer = (secret: Secret | undefined): Layer.Layer<ScimToken> =>
  Layer.succeed(ScimToken, { current: secret ?? notGiven("business-plus-token") })

const notGiven = (setting: string) =>
  Effect.fail(
    new ConfigError({
      reason: "Missing",
      message: `${environmentName(setting)} is not set.`,
      hint: `Set ${environmentName(setting)} or its _FILE twin.`,
    }),
  )
