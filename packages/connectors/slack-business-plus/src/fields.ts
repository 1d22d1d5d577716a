// The settings of Slack Business+: those of Slack Pro and its own. Names are those of the Go connector, so that an existing
// deployment keeps its environment.
import type { ConfigField } from "@rollcall/connector"
import { slackProFields } from "@rollcall/slack-pro/fields"

/** What a Slack Business+ connector is told. */
export const slackBusinessPlusFields = [
  ...slackProFields,
  {
    name: "business-plus-token",
    type: "secret",
    description: "Slack user token (xoxp-…) with the scope admin; selects Slack Business+.",
  },
  {
    name: "sso-enabled",
    type: "boolean",
    description: "IdP groups: true requires them, false leaves them out; when unset, they are synced if SCIM answers.",
  },
  {
    name: "allow-short-lists",
    type: "boolean",
    default: false,
    description:
      "Publish a SCIM list that is shorter than announced, with a gap, even if it must be complete: the only list of accounts, or IdP groups with sso-enabled true.",
  },
  {
    name: "gov-env",
    type: "boolean",
    default: false,
    description: "The organisation is on GovSlack, which has hosts of its own.",
    needs: "business-plus-token",
  },
  {
    name: "scim-base-url",
    type: "url",
    description: "Another host for SCIM, such as a simulated Slack.",
    default: "https://api.slack.com/scim/",
  },
  {
    name: "scim-budget-share",
    type: "number",
    default: 0.5,
    minimum: 0.01,
    maximum: 1,
    description: "The share of SCIM's rate limits to use; other apps of the organisation share them.",
  },
] as const satisfies ReadonlyArray<ConfigField>
