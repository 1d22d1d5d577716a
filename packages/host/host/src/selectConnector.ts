// Chooses the connector that the settings speak of.
import { ConfigError, environmentName } from "@rollcall/config"
import { Effect } from "effect"
import type { ConnectorEntry } from "./ConnectorEntry.ts"
import { connectors } from "./connectors.ts"

/** The connector whose setting is given. Without any, an error says what to set. */
export const selectConnector = (settings: object): Effect.Effect<ConnectorEntry, ConfigError> => {
  const selected = connectors.find((entry) => Reflect.get(settings, entry.selectedBy) !== undefined)
  if (selected !== undefined) return Effect.succeed(selected)
  const variables = connectors.map((entry) => environmentName(entry.selectedBy)).join(" or ")
  return Effect.fail(
    new ConfigError({
      reason: "Missing",
      message: "There is no token, so nothing can be read.",
      hint: `Set ${variables} (or its _FILE twin). \`rollcall manifest\` makes the app that gives one; \`rollcall demo\` needs none.`,
    }),
  )
}
