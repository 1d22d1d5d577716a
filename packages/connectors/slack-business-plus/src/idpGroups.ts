// IdP groups and who is in them. SCIM `/Groups` yields them with their members inline, no call per group, none per member;
// membership is changed by one member at a time. Ids, names and permissions are those of the Go connector `baton-slack`, to
// the character.
import type {
  Entitlement,
  EntitlementReference,
  Grant,
  Provisioning,
  Resource,
  ResourceId,
  ResourceType,
  Step,
  WriteAnswer,
} from "@rollcall/connector"
import { ConnectorError, entitlementId, grantOf, inPieces } from "@rollcall/connector"
import type { ScimError, ScimGroup } from "@rollcall/scim-client"
import { ScimClient } from "@rollcall/scim-client"
import type { SlackWebApi } from "@rollcall/slack-api"
import { accountId, unreadable, userType } from "@rollcall/slack-pro/parts"
import { Effect } from "effect"
import { accountIds, findAccounts, otherIdsOf, privilegedAccounts, underEitherId } from "./findAccounts.ts"
import { adminScope } from "./scimAccounts.ts"
import { scimPage } from "./scimPages.ts"
import { scimToConnectorError } from "./scimToConnectorError.ts"

/** A group that an identity provider keeps through SCIM. */
export const idpGroupType: ResourceType = {
  id: "group",
  displayName: "IDP Group",
  traits: ["group"],
  capabilities: ["sync", "provision"],
  permissions: ["admin"],
}

/** An IdP group, by its SCIM id `S…`. */
const idpGroupId = (groupId: string): ResourceId => ({ resourceType: idpGroupType.id, resource: groupId })

/** The last part of the entitlement's id. */
const membershipSlug = "member"

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

/** Groups whose grants are made at once. */
const groupsPerPiece = 4

/** What is asked of the list. */
interface IdpGroupsOptions {
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
      more: inPieces(
        resources,
        (groups) => ({ grants: groups.flatMap((group) => idpGroupGrants(group, options.gov)) }),
        groupsPerPiece,
      ),
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
      return {
        holders: membersOf(found),
        ...(found.displayName ? { resourceName: found.displayName } : {}),
        ...(found.unreadableMembers > 0 ? { isPartial: true as const } : {}),
      }
    }),
    grant: change("addMember"),
    revoke: change("removeMember"),
    findPrincipals: findAccounts,
    aliasesOf: ({ resource }) => otherIdsOf(resource),
    privileged: privilegedAccounts,
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
