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

/** Slack would send 1000, but a group may have thousands of members: this bounds the size of a reply. */
const groupsPerPage = 100

/**
 * Reads SCIM `/Groups`. Where single sign-on is said to be in use a refusal ends the sync, else it leaves a gap.
 */
export const idpGroupsStep = (options: { readonly required: boolean; readonly gov: boolean }): Step<ScimClient> => ({
  id: "scim-groups",
  title: "IdP groups",
  produces: [idpGroupType.id],
  optional: !options.required,
  scopes: [adminScope],
  page: Effect.fn("SlackBusinessPlus.scimGroups")(function* ({ cursor }) {
    const scim = yield* ScimClient
    const { resources, rejected, warnings, ...rest } = yield* scimPage(scim.groups.page, groupsPerPage, cursor)
    const odd = unreadable(idpGroupType, rejected)
    return {
      ...rest,
      ...odd,
      resources: resources.map(idpGroupResource),
      entitlements: resources.map(idpGroupMembership),
      grants: resources.flatMap((group) => idpGroupGrants(group, options.gov)),
      warnings: [...warnings, ...(odd.warnings ?? [])],
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
        reason: "Refused",
        refusedBy: "settings",
        message: "BATON_SSO_ENABLED is false, so IdP groups are left out.",
        hint: "Unset it to sync them where SCIM answers, or set it to true to require them.",
      }),
    ),
}
