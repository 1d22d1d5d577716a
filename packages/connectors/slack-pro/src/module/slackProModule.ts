// Slack Pro as it is installed.
import type { AccessMeanings } from "@rollcall/connector"
import { contractVersion, defineModule } from "@rollcall/connector-module"
import { slackAppFields, slackProFields } from "../fields.ts"

/** Source: https://slack.com/help/articles/204475027-Deactivate-a-members-account */
const transferFirst =
  "It is the Primary Owner, whom no API deactivates: the Primary Owner has to transfer the ownership to somebody else first, in Slack's settings, and the account is deactivated then."

/**
 * What roles of Slack say of an account. Ids of roles are those of the Go connector, so its files are read the same way. A bot is a bot whatever else it is; who was invited is nothing else yet.
 */
export const workspaceMeanings: AccessMeanings = {
  kinds: [
    { entitlement: "workspaceRole:*:bot:assigned", kind: "bot" },
    { entitlement: "workspaceRole:*:invited_member:assigned", kind: "invited" },
    { entitlement: "workspaceRole:*:single_channel_guest:assigned", kind: "guest", note: "one channel" },
    { entitlement: "workspaceRole:*:multi_channel_guest:assigned", kind: "guest", note: "several channels" },
    { entitlement: "workspaceRole:*:member:assigned", kind: "member" },
  ],
  privileged: [
    "workspaceRole:*:primary_owner:assigned",
    "workspaceRole:*:owner:assigned",
    "workspaceRole:*:admin:assigned",
  ],
  notDisabled: [{ entitlement: "workspaceRole:*:primary_owner:assigned", first: transferFirst }],
  // Whether somebody belongs to a workspace and as what, the roles tell.
  base: ["workspace:*:member"],
  attributes: ["email", "kind", "mfa", "status"],
}

/** The module of Slack Pro. */
export const slackProModule = defineModule({
  contract: contractVersion,
  id: "slack-pro",
  displayName: "Slack Pro",
  plan: "pro",
  fields: slackProFields,
  manifestFields: slackAppFields,
  meanings: workspaceMeanings,
  replaces: () => import("./batonSlack.ts").then((module) => module.replacedOnPro),
  selectedBy: "token",
  load: () => import("./implementation.ts").then((module) => module.implementation),
})
