// The connectors that the command knows. A further one is one more entry here: flags, help, configuration and
// documentation follow from its fields. The first entry whose setting is given is used.
import type { ConfigField } from "@rollcall/connector"
import { slackProFields } from "@rollcall/slack-pro/fields"
import { connectorEntry } from "./ConnectorEntry.ts"
import type { ConnectorEntry } from "./ConnectorEntry.ts"

/** All connectors, the most particular first. */
export const connectors: readonly [ConnectorEntry, ...ReadonlyArray<ConnectorEntry>] = [
  connectorEntry({
    id: "slack-pro",
    displayName: "Slack Pro",
    fields: slackProFields,
    selectedBy: "token",
    load: () => import("./slack/loadSlackPro.ts").then((module) => module.loadedSlackPro),
  }),
]

/** The fields of all connectors; one that several declare alike stands once. */
export const allConnectorFields: ReadonlyArray<ConfigField> = connectors
  .flatMap((entry) => entry.fields)
  .filter((field, index, all) => all.findIndex((other) => other.name === field.name) === index)
