// Roles of the organisation. Business+ has no call that tells them: the flags of an account do.
import type { Entitlement, Grant, Resource, ResourceId } from "@rollcall/connector"
import { entitlementId, grantOf } from "@rollcall/connector"
import type { SlackUser } from "@rollcall/slack-api"
import { accountId, userType } from "@rollcall/slack-pro/parts"
import { businessPlusRoleId } from "./resourceTypes.ts"

interface OrganizationRole {
  /** The resource id. */
  readonly id: string
  readonly displayName: string
  readonly flag: "is_primary_owner" | "is_owner" | "is_admin"
}

/** Held or not whatever the others are, as roles of the workspace. */
const organizationRoles: ReadonlyArray<OrganizationRole> = [
  {
    id: "organization_primary_owner",
    displayName: "Organization Primary Owner",
    flag: "is_primary_owner",
  },
  {
    id: "organization_owner",
    displayName: "Organization Owner",
    flag: "is_owner",
  },
  {
    id: "organization_admin",
    displayName: "Organization Admin",
    flag: "is_admin",
  },
]

/** A role as a resource of the workspace. */
export const roleResource = (role: string, displayName: string, parent: ResourceId): Resource => ({
  id: businessPlusRoleId(role),
  displayName,
  parent,
})

/** The entitlement of having the role. */
export const roleAssignment = (role: string, displayName: string): Entitlement => ({
  id: entitlementId(businessPlusRoleId(role), "assigned"),
  resource: businessPlusRoleId(role),
  slug: "assigned",
  displayName: `Business+ ${displayName} role`,
  description: `Has the Business+ ${displayName} role`,
  purpose: "assignment",
  grantableTo: [userType.id],
})

/** The roles of the organisation, held or not. */
export const organizationRoleResources = (parent: ResourceId): ReadonlyArray<Resource> =>
  organizationRoles.map(({ id, displayName }) => roleResource(id, displayName, parent))

/** The entitlement of each. */
export const organizationRoleAssignments = (): ReadonlyArray<Entitlement> =>
  organizationRoles.map(({ id, displayName }) => roleAssignment(id, displayName))

/**
 * The roles of the organisation that an account holds. Slack sends `enterprise_user` where the workspace is one of
 * several, now and then without any of these flags; then, and elsewhere, the account's own flags speak for the whole. A
 * deactivated account and a stranger hold none.
 */
export const organizationRoleGrants = (user: SlackUser): ReadonlyArray<Grant> => {
  if (user.deleted === true || user.is_stranger === true) return []
  const told = user.enterprise_user
  const flags = told && organizationRoles.some(({ flag }) => typeof told[flag] === "boolean") ? told : user
  return organizationRoles
    .filter(({ flag }) => flags[flag] === true)
    .map((role) => grantOf(businessPlusRoleId(role.id), "assigned", accountId(user.id)))
}

// Slack has no call that lists their systemRoleNames.
// Source: https://docs.slack.dev/reference/methods/admin.roles.addAssignments
const systemRoleNames: Readonly<Record<string, string>> = {
  Rl01: "Channel Admin",
  Rl0A: "Channel Manager",
  Rl05: "Conversation Admin",
  Rl0L: "Analytics Admin",
  Rl0C: "Audit Logs Admin",
  Rl0G: "Sales Admin",
  Rl0J: "Security Admin",
  Rl0B: "Slack Platform Developer",
  Rl0F: "Exports Admin",
  Rl0D: "Integrations Manager",
  Rl04: "Legal Holds Admin",
  Rl0E: "Message Activity Manager",
  Rl02: "Role Admin",
  Rl03: "User Admin",
  Rl0K: "Workflow Admin",
  Rl09: "DLP Admin",
}

/** The name of a system role; of a role that is not known here, such as a custom one, its id. */
export const systemRoleName = (roleId: string): string => systemRoleNames[roleId] ?? roleId
