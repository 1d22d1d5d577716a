// The resource types of Slack Pro. Ids, names and permissions are stored data and join keys of other systems: they are
// those of the Go connector `baton-slack`, to the character.
import type { ResourceType } from "@rollcall/connector"

/** An account: a person, a guest, a bot. */
export const userType: ResourceType = {
  id: "user",
  displayName: "User",
  traits: ["user"],
  capabilities: ["sync"],
  permissions: ["users:read", "users:read.email", "users.profile:read", "admin"],
  skips: "entitlementsAndGrants",
}

/** A Slack workspace. */
export const workspaceType: ResourceType = {
  id: "workspace",
  displayName: "Workspace",
  traits: ["group"],
  capabilities: ["sync"],
  permissions: ["team:read", "users:read", "users:read.email", "channels:join", "channels:read", "groups:read"],
}

/** A role in a workspace: owner, admin, guest and the like. */
export const workspaceRoleType: ResourceType = {
  id: "workspaceRole",
  displayName: "Workspace Role",
  traits: ["role"],
  capabilities: ["sync"],
  permissions: ["admin"],
  skips: "grants",
}

/** A user group, the `@handle` that mentions many. */
export const userGroupType: ResourceType = {
  id: "userGroup",
  displayName: "User Group",
  traits: ["group"],
  capabilities: ["sync"],
  permissions: ["usergroups:read", "users:read"],
}
