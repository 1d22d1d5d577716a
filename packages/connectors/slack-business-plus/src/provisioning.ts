// Membership of IdP groups, changed through SCIM by one member at a time.
import type { EntitlementReference, Provisioning, ResourceId, WriteAnswer } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import type { ScimError, ScimGroup } from "@rollcall/scim-client"
import { ScimClient } from "@rollcall/scim-client"
import type { SlackWebApi } from "@rollcall/slack-api"
import { accountId, userType } from "@rollcall/slack-pro/parts"
import { Effect } from "effect"
import { findAccounts, otherIdsOf, underEitherId } from "./findAccounts.ts"
import { accountIds, idpGroupType } from "./resourceTypes.ts"
import { membershipSlug } from "./idpGroups.ts"
import { scimToConnectorError } from "./scimToConnectorError.ts"

/** Grants and revokes membership of IdP groups. GovSlack's groups cannot be changed. */
export const idpGroupProvisioning = (options: { readonly gov: boolean }): Provisioning<ScimClient | SlackWebApi> => {
  const groupOf = ({ resource }: EntitlementReference) =>
    options.gov ? Effect.fail(notInGovSlack) : Effect.succeed(resource.resource)
  const change = (verb: "addMember" | "removeMember") =>
    Effect.fnUntraced(function* (entitlement: EntitlementReference, { resource: user }: ResourceId) {
      const group = yield* groupOf(entitlement)
      const scim = yield* ScimClient
      const ask = (id: string) => Effect.mapError(scim.groups[verb](group, id), noSuchMember(group, user))
      // A removal names the member as the group lists it.
      return answerOf(yield* verb === "addMember" ? underEitherId(user, ask) : ask(user))
    })
  return {
    slugs: { [idpGroupType.id]: [membershipSlug] },
    principalTypes: [userType.id],
    principalIds: accountIds,
    holders: Effect.fn("SlackBusinessPlus.members")(function* (entitlement) {
      const group = yield* groupOf(entitlement)
      const scim = yield* ScimClient
      const found = yield* Effect.mapError(scim.groups.get(group), noSuchGroup(group))
      return { holders: membersOf(found), ...(found.displayName ? { resourceName: found.displayName } : {}) }
    }),
    grant: change("addMember"),
    revoke: change("removeMember"),
    findPrincipals: findAccounts,
    aliasesOf: ({ resource }) => otherIdsOf(resource),
  }
}

/** An answer that does not list all members proves nothing, neither of the one who was changed nor of the others. */
const answerOf = (group: ScimGroup | undefined): WriteAnswer =>
  group === undefined || group.membersOmitted === true || group.unreadableMembers > 0
    ? {}
    : { holders: membersOf(group) }

const membersOf = ({ members }: ScimGroup): ReadonlyArray<ResourceId> => members.map((member) => accountId(member.id))

const noSuchGroup = (group: string) => (error: ScimError) =>
  error.category === "notFound"
    ? new ConnectorError({
        reason: { _tag: "NotFound" },
        message: `There is no IdP group ${group}.`,
        hint: "Sync again, and choose a group of that sync.",
        cause: error,
      })
    : scimToConnectorError(error)

const noSuchMember = (group: string, user: string) => (error: ScimError) =>
  error.category === "notFound"
    ? new ConnectorError({
        reason: { _tag: "NotFound" },
        message: `Slack knows no account ${user}, or no longer the IdP group ${group} (${error.code ?? "not found"}).`,
        hint: "Give Slack's id of the account (U… or W…), as a sync shows it.",
        cause: error,
      })
    : scimToConnectorError(error)

const notInGovSlack = new ConnectorError({
  reason: { _tag: "Refused", by: "settings" },
  message: "IdP group provisioning is not supported for GovSlack.",
  hint: "Change the group in your identity provider.",
})
