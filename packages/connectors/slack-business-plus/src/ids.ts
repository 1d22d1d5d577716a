// Resource ids of Business+. They are join keys of other systems and never change.
import type { ResourceId } from "@rollcall/connector"
import { businessPlusRoleType, idpGroupType } from "./resourceTypes.ts"

/** What Slack's ids of accounts look like. Source: https://docs.slack.dev/reference/objects/user-object */
export const accountIds = /^[UW][A-Z0-9]+$/u

/** An IdP group, by its SCIM id `S…`. */
export const idpGroupId = (groupId: string): ResourceId => ({ resourceType: idpGroupType.id, resource: groupId })

/** A Business+ role: `organization_owner`, or the id of a system role such as `Rl0A`. */
export const businessPlusRoleId = (role: string): ResourceId => ({
  resourceType: businessPlusRoleType.id,
  resource: role,
})
