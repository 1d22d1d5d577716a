// Resource ids of Business+. They are join keys of other systems and never change.
import type { ResourceId } from "@rollcall/connector"
import { businessPlusRoleType, idpGroupType } from "./resourceTypes.ts"

/** An IdP group, by its SCIM id `S…`. */
export const idpGroupId = (groupId: string): ResourceId => ({ resourceType: idpGroupType.id, resource: groupId })

/** A Business+ role: `organization_owner`, or the id of a system role such as `Rl0A`. */
export const businessPlusRoleId = (role: string): ResourceId => ({
  resourceType: businessPlusRoleType.id,
  resource: role,
})
