// What roles of Slack say of an account. Ids of roles are those of the Go connector, so its files are read the same way.
import type { AccessMeanings } from "@rollcall/connector"

/** The meanings of the roles of a workspace. A bot is a bot whatever else it is; who was invited is nothing else yet. */
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
  attributes: ["email", "kind", "mfa", "status"],
}
