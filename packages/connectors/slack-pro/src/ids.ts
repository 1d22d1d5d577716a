// Resource ids of Slack Pro. They are join keys of other systems and never change.
import type { ResourceId } from "@rollcall/connector"
import { userGroupType, userType, workspaceRoleType, workspaceType } from "./resourceTypes.ts"

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
