// IdP groups and who is in them: SCIM `/Groups` yields them with their members inline, no call per group, none per member.
import type { Entitlement, Grant, Resource, Step } from "@rollcall/connector"
import { ConnectorError, entitlementId, grantOf } from "@rollcall/connector"
import type { ScimGroup } from "@rollcall/scim-client"
import { ScimClient } from "@rollcall/scim-client"
import { accountId, unreadable, userType } from "@rollcall/slack-pro/parts"
import { idpGroupId, idpGroupType } from "./resourceTypes.ts"
import { Effect } from "effect"
import { adminScope } from "./scimAccounts.ts"
import { scimPage } from "./scimPages.ts"

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

/**
 * Slack would send 1000, but a group may have thousands of members: this bounds the size of a reply. One more than a hundred,
 * because each page after the first begins with the last group of the page before.
 */
const groupsPerPage = 101

/** What is asked of the list. */
export interface IdpGroupsOptions {
  /** Single sign-on is said to be in use: a refusal ends the sync, and a short list interrupts it. */
  readonly required: boolean
  /** A short list leaves a gap even so. */
  readonly allowShortLists: boolean
  readonly gov: boolean
}

/** Reads SCIM `/Groups`. A refusal, or a short list, leaves a gap unless they are required. */
export const idpGroupsStep = (options: IdpGroupsOptions): Step<ScimClient> => ({
  id: "scim-groups",
  title: "IdP groups",
  produces: [idpGroupType.id],
  optional: !options.required,
  scopes: [adminScope],
  page: Effect.fn("SlackBusinessPlus.scimGroups")(function* (request) {
    const scim = yield* ScimClient
    const list = {
      readPage: scim.groups.page,
      count: groupsPerPage,
      type: idpGroupType,
      noun: "groups",
      mustBeWhole: options.required && !options.allowShortLists,
    }
    const { resources, isNew, rejected, page } = yield* scimPage(list, request)
    const unreadableMembers = resources.filter(({ id }) => isNew(id)).map((group) => group.unreadableMembers)
    const odd = unreadable(
      idpGroupType,
      unreadableMembers.reduce((sum, count) => sum + count, rejected),
    )
    return {
      ...page,
      gaps: [...(page.gaps ?? []), ...(odd.gaps ?? [])],
      resources: resources.map(idpGroupResource),
      entitlements: resources.map(idpGroupMembership),
      grants: resources.flatMap((group) => idpGroupGrants(group, options.gov)),
      warnings: [...(page.warnings ?? []), ...(odd.warnings ?? [])],
    }
  }),
})

/** In place of reading them where the settings say that there are none. */
export const noIdpGroupsStep: Step = {
  id: "no-idp-groups",
  title: "IdP groups",
  produces: [idpGroupType.id],
  optional: true,
  scopes: [],
  page: () =>
    Effect.fail(
      new ConnectorError({
        reason: { _tag: "Refused", by: "settings" },
        message: "BATON_SSO_ENABLED is false, so IdP groups are left out.",
        hint: "Unset it to sync them if SCIM answers, or set it to true to require them.",
      }),
    ),
}
