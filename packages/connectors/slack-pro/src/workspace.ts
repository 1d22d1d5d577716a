// The workspace itself, and membership of it.
import type { Entitlement, Grant, Resource } from "@rollcall/connector"
import { entitlementId, grantOf } from "@rollcall/connector"
import type { SlackUser } from "@rollcall/slack-api"
import { accountId, workspaceId } from "./ids.ts"
import { userGroupType, userType, workspaceRoleType } from "./resourceTypes.ts"

/** What Rollcall keeps of a workspace. */
export interface Workspace {
  readonly id: string
  readonly name: string
  readonly domain: string
}

/** The workspace as a resource. */
export const workspaceResource = ({ id, name, domain }: Workspace): Resource => ({
  id: workspaceId(id),
  displayName: name,
  profile: { workspace_id: id, workspace_name: name, workspace_domain: domain },
  childResourceTypes: [userType.id, userGroupType.id, workspaceRoleType.id],
})

/** The entitlement of being a member of the workspace. */
export const workspaceMembership = ({ id, name }: Workspace): Entitlement => ({
  id: entitlementId(workspaceId(id), "member"),
  resource: workspaceId(id),
  slug: "member",
  displayName: `${name} workspace member`,
  description: `Member of the ${name} workspace`,
  purpose: "assignment",
  grantableTo: [userType.id],
})

/** Membership of everyone listed, deactivated accounts and bots included; only strangers are none. */
export const workspaceGrants = (teamId: string, user: SlackUser): ReadonlyArray<Grant> =>
  user.is_stranger === true ? [] : [grantOf(workspaceId(teamId), "member", accountId(user.id))]
