// User groups and who is in them: one call of `usergroups.list` yields all of them with their members.
import type { Entitlement, Gap, Grant, Resource, ScopeNeed, Step } from "@rollcall/connector"
import { entitlementId, grantOf, inPieces } from "@rollcall/connector"
import type { SlackUserGroup } from "@rollcall/slack-api"
import { SlackWebApi, tellsMembers } from "@rollcall/slack-api"
import { accountId, userGroupId, userGroupType, userType, workspaceId } from "./resourceTypes.ts"
import { Effect } from "effect"
import { eachWorkspace } from "./workspaces.ts"
import { toConnectorError, unreadable } from "./failures.ts"

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

const userGroupsRead: ScopeNeed = {
  scope: "usergroups:read",
  purpose: "user groups and their members",
  without: "no user groups are synced",
  required: false,
}

/**
 * Reads `usergroups.list`, https://docs.slack.dev/reference/methods/usergroups.list: not paged, members inline with
 * `include_users`, disabled groups only when asked for, which Rollcall does not. A group whose members Slack does not send is
 * a gap, and its resource and entitlement stay; the count tells it from an empty group.
 */
export const userGroupsStep: Step<SlackWebApi> = {
  id: "usergroups",
  title: "user groups",
  produces: [userGroupType.id],
  optional: true,
  scopes: [userGroupsRead],
  page: eachWorkspace(
    Effect.fn("SlackPro.usergroups")(function* ({ workspace, team }) {
      const slack = yield* SlackWebApi
      const { usergroups, rejected, rejectedMembers } = yield* Effect.mapError(
        slack.userGroupsList({ ...team, include_users: true, include_count: true }),
        toConnectorError,
      )
      const enabled = usergroups.filter((group) => (group.date_delete ?? 0) === 0)
      const odd = unreadable(userGroupType, rejected + rejectedMembers)
      return {
        resources: enabled.map((group) => userGroupResource(workspace.id, group)),
        entitlements: enabled.map(userGroupMembership),
        more: inPieces(enabled, (groups) => ({ grants: groups.flatMap(userGroupGrants) }), groupsPerPiece),
        ...odd,
        gaps: [...(odd.gaps ?? []), ...untoldMembers(enabled.filter((group) => !tellsMembers(group)))],
      }
    }),
    { type: userGroupType, scopes: [userGroupsRead] },
  ),
}

/** Groups whose grants are made at once: each may have thousands of members. */
const groupsPerPiece = 4

/** Groups that a gap names one by one. */
const mostNamed = 10

const untoldMembers = (groups: ReadonlyArray<SlackUserGroup>): ReadonlyArray<Gap> => {
  if (groups.length === 0) return []
  const named = groups.slice(0, mostNamed).map(({ id, name }) => `${name ?? ""} (${id})`.trim())
  const others = groups.length - named.length
  return [
    {
      resourceType: userGroupType.id,
      missing: `members of ${named.join(", ")}${others === 0 ? "" : ` and ${others} more`}`,
      reason: "unreadable",
      explanation: `Slack sent ${groups.length === 1 ? "a user group" : `${groups.length} user groups`} without the list of members that was asked for. Sync again; if it stays so, see whether a proxy changes Slack's replies.`,
    },
  ]
}
