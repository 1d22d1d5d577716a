// The resource types that Business+ adds and the ids of their resources. Ids, names and permissions of IdP groups are those of
// the Go connector `baton-slack`, to the character; Business+ roles are Rollcall's own.
import type { ResourceId, ResourceType } from "@rollcall/connector"

/** A group that an identity provider keeps through SCIM. */
export const idpGroupType: ResourceType = {
  id: "group",
  displayName: "IDP Group",
  traits: ["group"],
  capabilities: ["sync", "provision"],
  permissions: ["admin"],
}

/** A role in the organisation, or one of Slack's system roles. */
export const businessPlusRoleType: ResourceType = {
  id: "businessPlusRole",
  displayName: "Business+ Role",
  traits: ["role"],
  capabilities: ["sync"],
  permissions: ["admin"],
}

/** What Slack's ids of accounts look like. Source: https://docs.slack.dev/reference/objects/user-object */
export const accountIds = /^[UW][A-Z0-9]+$/u

/** An IdP group, by its SCIM id `S…`. */
export const idpGroupId = (groupId: string): ResourceId => ({ resourceType: idpGroupType.id, resource: groupId })

/** A Business+ role: `organization_owner`, or the id of a system role such as `Rl0A`. */
export const businessPlusRoleId = (role: string): ResourceId => ({
  resourceType: businessPlusRoleType.id,
  resource: role,
})
