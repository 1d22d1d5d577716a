// The settings of Slack Pro. Names are those of the Go connector, so that an existing deployment keeps its environment.
import type { ConfigField } from "@rollcall/connector"

/** What a Slack Pro connector is told. */
export const slackProFields = [
  {
    name: "token",
    type: "secret",
    description: "Slack bot token (xoxb-…), or a user token (xoxp-…) with the same scopes.",
  },
  {
    name: "base-url",
    type: "url",
    description: "Another host for the Web API, such as a simulated Slack.",
    default: "https://slack.com/api/",
  },
  {
    name: "rate-limits",
    type: "choice",
    choices: ["published", "adaptive", "off"],
    description:
      "How fast to call: within Slack's published limits; above them step by step until Slack first refuses a call, and within them from then on; or without limits (only for a simulated Slack).",
    default: "published",
  },
] as const satisfies ReadonlyArray<ConfigField>

/** What decides how the Slack app looks that a connector needs. There is no token yet, so nothing here needs one. */
export const slackAppFields = [
  { name: "gov-env", type: "boolean", default: false, description: "The app is for GovSlack." },
] as const satisfies ReadonlyArray<ConfigField>
