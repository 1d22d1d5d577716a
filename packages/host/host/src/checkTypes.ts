// Whether the resource types that a setting names exist, which only the connector knows. Said before anything begins: a worker
// would tell ConductorOne with every task.
import type { ResolvedConfig } from "@rollcall/config"
import { ConfigError, describeOrigin, invalidIn } from "@rollcall/config"
import type { Connector } from "@rollcall/connector"
import { checkResourceTypes } from "@rollcall/connector"
import { Effect } from "effect"
import type { requestFields } from "./syncSettings.ts"

/** Fails where the connector does not have a resource type that is to be synced, under the name that was used. */
export const checkTypes = (
  connector: Connector,
  { settings, origins }: Pick<ResolvedConfig<typeof requestFields>, "settings" | "origins">,
): Effect.Effect<void, ConfigError> =>
  checkResourceTypes(connector, settings["sync-resource-types"]).pipe(
    Effect.mapError(({ message, hint }) => {
      const origin = origins["sync-resource-types"] ?? { from: "unset" }
      return new ConfigError({
        reason: invalidIn(origin),
        message: `${describeOrigin(origin)} cannot be used. ${message}`,
        hint,
      })
    }),
  )
