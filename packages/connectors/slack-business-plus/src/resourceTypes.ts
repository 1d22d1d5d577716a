// The resource types that Business+ adds. Ids, names and permissions of IdP groups are those of the Go connector
// `baton-slack`, to the character; Business+ roles are Rollcall's own.
import type { ResourceType } from "@rollcall/connector"

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
