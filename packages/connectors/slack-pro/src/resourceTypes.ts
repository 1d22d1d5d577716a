// The resource types of Slack Pro and the ids of their resources. Ids, names and permissions are stored data and join keys of
// other systems: they are those of the Go connector `baton-slack`, to the character.
import type { ResourceId, ResourceType } from "@rollcall/connector"

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

/** A workspace, by its Slack id `T…`. */
export const workspaceId = (teamId: string): ResourceId => ({ resourceType: workspaceType.id, resource: teamId })

/** An account, by its Slack id `U…` or `W…`. */
export const accountId = (userId: string): ResourceId => ({ resourceType: userType.id, resource: userId })

/** A role of a workspace. */
export const workspaceRoleId = (teamId: string, role: string): ResourceId => ({
  resourceType: workspaceRoleType.id,
  resource: `${teamId}:${role}`,
})

/** A user group, by its Slack id `S…`. */
export const userGroupId = (groupId: string): ResourceId => ({ resourceType: userGroupType.id, resource: groupId })
