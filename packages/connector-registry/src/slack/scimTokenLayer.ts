// The configured secret as SCIM's token: read anew before every call, so that a rotated file is taken up in mid-sync.
import type { Secret } from "@rollcall/config"
import { ScimError, ScimToken } from "@rollcall/scim-client"
import { Effect, Layer, Redacted } from "effect"

/** The token service over a secret. Without one every call says that there is no token. */
export const scimTokenLayer = (secret: Secret | undefined): Layer.Layer<ScimToken> =>
  Layer.succeed(ScimToken, {
    current:
      secret === undefined
        ? Effect.succeed(Redacted.make(""))
        : Effect.mapError(
            secret,
            (cause) =>
              new ScimError({ server: "Slack", verb: "GET", path: "", reason: { _tag: "MalformedToken" }, cause }),
          ),
  })
