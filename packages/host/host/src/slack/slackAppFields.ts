// What decides how the Slack app looks that a connector needs. There is no token yet, so nothing here needs one.
import type { Settings } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"

/** The settings of the app. */
export const slackAppFields = [
  { name: "gov-env", type: "boolean", default: false, description: "The app is for GovSlack." },
] as const satisfies ReadonlyArray<ConfigField>

/** The settings of the app, read. */
export type SlackAppSettings = Settings<typeof slackAppFields>
