// Whether the resource types that a setting names exist, which only the connector knows. Said at the start: C1 would hear of
// it with every task.
import { ConfigError, describeOrigin, invalidIn } from "@rollcall/config"
import type { Connector } from "@rollcall/connector"
import { checkResourceTypes } from "@rollcall/connector"
import { Effect } from "effect"
import type { WorkerConfig } from "./workerFields.ts"

/** Fails where the connector does not have a resource type that is to be synced, under the name that was used. */
export const checkTypes = (
  connector: Connector,
  { settings, origins }: WorkerConfig,
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
