// The configured secret as Slack's token: read anew before every call, so that a rotated file is taken up in mid-sync.
import type { Secret } from "@rollcall/config"
import { SlackError, SlackToken } from "@rollcall/slack-api"
import { Effect, Layer, Redacted } from "effect"

/** The token service over a secret. Without one every call says that there is no token. */
export const slackTokenLayer = (secret: Secret | undefined): Layer.Layer<SlackToken> =>
  Layer.succeed(SlackToken, {
    current:
      secret === undefined
        ? Effect.succeed(Redacted.make(""))
        : Effect.mapError(
            secret,
            (cause) => new SlackError({ method: "Web API", reason: { _tag: "MalformedToken" }, cause }),
          ),
  })
