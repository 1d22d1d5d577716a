// SCIM `/Groups` yields IdP groups with their members inline: no call per group, none per member.
import type { Step } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import { ScimClient } from "@rollcall/scim-client"
import { unreadable } from "@rollcall/slack-pro/parts"
import { Effect } from "effect"
import { idpGroupGrants, idpGroupMembership, idpGroupResource } from "./idpGroups.ts"
import { idpGroupType } from "./resourceTypes.ts"
import { adminScope } from "./scimAccountsStep.ts"
import { scimPage } from "./scimPages.ts"

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
        hint: "Unset it to sync them where SCIM answers, or set it to true to require them.",
      }),
    ),
}
