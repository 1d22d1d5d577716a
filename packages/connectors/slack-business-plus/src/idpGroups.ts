// IdP groups and who is in them.
import type { Entitlement, Grant, Resource } from "@rollcall/connector"
import { entitlementId, grantOf } from "@rollcall/connector"
import type { ScimGroup } from "@rollcall/scim-client"
import { accountId, userType } from "@rollcall/slack-pro/parts"
import { idpGroupId } from "./ids.ts"

/** The last part of the entitlement's id. */
export const membershipSlug = "member"

/** The group as a resource. */
export const idpGroupResource = ({ id, displayName = "" }: ScimGroup): Resource => ({
  id: idpGroupId(id),
  displayName,
  profile: { group_id: id, group_name: displayName },
})

/** The entitlement of being in the group. */
export const idpGroupMembership = ({ id, displayName = "" }: ScimGroup): Entitlement => ({
  id: entitlementId(idpGroupId(id), membershipSlug),
  resource: idpGroupId(id),
  slug: membershipSlug,
  displayName: `${displayName} IDP group member`,
  description: `Member of ${displayName} IDP group`,
  purpose: "assignment",
  grantableTo: [userType.id],
})

/** One grant for each member, also for one that no list of accounts shows. In GovSlack none can be changed. */
export const idpGroupGrants = ({ id, members }: ScimGroup, immutable: boolean): ReadonlyArray<Grant> =>
  members.map((member) => ({
    ...grantOf(idpGroupId(id), membershipSlug, accountId(member.id)),
    ...(immutable ? { immutable } : {}),
  }))
