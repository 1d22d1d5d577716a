// One call of `usergroups.list` yields all user groups with their members.
import type { ScopeNeed, Step } from "@rollcall/connector"
import { SlackWebApi } from "@rollcall/slack-api"
import { Effect } from "effect"
import { eachWorkspace } from "./eachWorkspace.ts"
import { userGroupType } from "./resourceTypes.ts"
import { toConnectorError } from "./toConnectorError.ts"
import { unreadable } from "./unreadable.ts"
import { userGroupGrants, userGroupMembership, userGroupResource } from "./userGroups.ts"

const userGroupsRead: ScopeNeed = {
  scope: "usergroups:read",
  purpose: "user groups and their members",
  without: "no user groups are synced",
  required: false,
}

/**
 * Reads `usergroups.list`, https://docs.slack.dev/reference/methods/usergroups.list: not paged, members inline with
 * `include_users`, disabled groups only when asked for, which Rollcall does not.
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
        slack.userGroupsList({ ...team, include_users: true }),
        toConnectorError,
      )
      const enabled = usergroups.filter((group) => (group.date_delete ?? 0) === 0)
      return {
        resources: enabled.map((group) => userGroupResource(workspace.id, group)),
        entitlements: enabled.map(userGroupMembership),
        grants: enabled.flatMap(userGroupGrants),
        ...unreadable(userGroupType, rejected + rejectedMembers),
      }
    }),
    { type: userGroupType, scopes: [userGroupsRead] },
  ),
}
