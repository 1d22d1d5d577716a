// User groups and who is in them.
import type { Entitlement, Grant, Resource } from "@rollcall/connector"
import { entitlementId, grantOf } from "@rollcall/connector"
import type { SlackUserGroup } from "@rollcall/slack-api"
import { accountId, userGroupId, workspaceId } from "./ids.ts"
import { userType } from "./resourceTypes.ts"

/** The group as a resource. */
export const userGroupResource = (teamId: string, group: SlackUserGroup): Resource => ({
  id: userGroupId(group.id),
  displayName: group.name ?? "",
  parent: workspaceId(teamId),
  profile: { userGroup_id: group.id, userGroup_name: group.name ?? "", userGroup_handle: group.handle ?? "" },
})

/** The entitlement of being in the group. */
export const userGroupMembership = (group: SlackUserGroup): Entitlement => ({
  id: entitlementId(userGroupId(group.id), "member"),
  resource: userGroupId(group.id),
  slug: "member",
  displayName: `${group.name ?? ""} User group member`,
  description: `Member of ${group.name ?? ""} User group`,
  purpose: "assignment",
  grantableTo: [userType.id],
})

/** One grant for each member that Slack names, also for one that no list of accounts shows. */
export const userGroupGrants = (group: SlackUserGroup): ReadonlyArray<Grant> =>
  (group.users ?? []).map((userId) => grantOf(userGroupId(group.id), "member", accountId(userId)))
