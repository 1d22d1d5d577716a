// The connectors that an app knows. A further one is one more entry here: flags, help, configuration and
// documentation follow from its fields. The first entry whose setting is given is used.
import type { ConfigField } from "@rollcall/connector"
import { accountActions } from "@rollcall/slack-business-plus/actions"
import { slackBusinessPlusFields } from "@rollcall/slack-business-plus/fields"
import { slackProFields } from "@rollcall/slack-pro/fields"
import { connectorEntry } from "./ConnectorEntry.ts"
import type { ConnectorEntry } from "./ConnectorEntry.ts"
import { slackAppFields } from "./slack/slackAppFields.ts"

/** All connectors, the most particular first. */
export const connectors: readonly [ConnectorEntry, ...ReadonlyArray<ConnectorEntry>] = [
  connectorEntry({
    id: "slack-business-plus",
    displayName: "Slack Business+",
    plan: "business-plus",
    fields: slackBusinessPlusFields,
    actions: accountActions,
    manifestFields: slackAppFields,
    selectedBy: "business-plus-token",
    load: () => import("./slack/loadSlackBusinessPlus.ts").then((module) => module.loadedSlackBusinessPlus),
  }),
  connectorEntry({
    id: "slack-pro",
    displayName: "Slack Pro",
    plan: "pro",
    fields: slackProFields,
    manifestFields: slackAppFields,
    selectedBy: "token",
    load: () => import("./slack/loadSlackPro.ts").then((module) => module.loadedSlackPro),
  }),
]

/** Fields from several places; one that they declare alike stands once. */
export const eachOnce = (fields: ReadonlyArray<ConfigField>): ReadonlyArray<ConfigField> =>
  fields.filter((field, index) => fields.findIndex((other) => other.name === field.name) === index)

/** The fields of all connectors. */
export const allConnectorFields: ReadonlyArray<ConfigField> = eachOnce(connectors.flatMap((entry) => entry.fields))

/** What decides how the apps to install look, of all connectors. */
export const allManifestFields: ReadonlyArray<ConfigField> = eachOnce(
  connectors.flatMap((entry) => entry.manifestFields ?? []),
)

/** The connector that asks for least; it stands for all where no settings choose one. */
export const plainest: ConnectorEntry = connectors.at(-1) ?? connectors[0]

/** The connector of this id. */
export const entryNamed = (id: string): ConnectorEntry | undefined => connectors.find((entry) => entry.id === id)
