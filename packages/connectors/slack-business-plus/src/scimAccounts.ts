// What SCIM `/Users` tells of accounts and the Web API does not, and accounts that it does not show. It runs beside `users.list`,
// which is believed first, and the engine merges the two: from here come the keys that it does not have, and whether the account
// is active.
import type { Page, Profile, Resource, ResourceId, ScopeNeed, Step } from "@rollcall/connector"
import { ConnectorError, inPieces } from "@rollcall/connector"
import type { ScimUser } from "@rollcall/scim-client"
import { ScimClient } from "@rollcall/scim-client"
import {
  accountId,
  accountsStep,
  peopleList,
  unreadable,
  userType,
  workspaceId,
  workspacesOf,
} from "@rollcall/slack-pro/parts"
import { Effect } from "effect"
import { unreadList } from "./accountsStep.ts"
import { scimPage } from "./scimPages.ts"

/** The account as SCIM knows it. A flag that SCIM does not tell is left out, not `false`. */
export const scimAccountResource = (workspace: ResourceId, user: ScimUser): Resource => {
  const emails = emailsOf(user)
  return {
    id: accountId(user.id),
    ...(user.userName === undefined ? {} : { displayName: user.userName }),
    parent: workspace,
    status: user.active === false ? "disabled" : "enabled",
    ...(user.created === undefined ? {} : { createdAt: user.created }),
    profile: profileOf(user, emails[0]),
    ...(emails.length === 0 ? {} : { account: { emails } }),
  }
}

/** The primary address first. Slack writes an empty one for bots. */
const emailsOf = ({ emails }: ScimUser): ReadonlyArray<string> =>
  emails
    .toSorted((a, b) => Number(b.primary === true) - Number(a.primary === true))
    .map((email) => email.value)
    .filter((address) => address !== "")

const profileOf = (user: ScimUser, login: string | undefined): Profile => {
  const { enterprise = {}, guest } = user
  const facts: Record<string, string | boolean | undefined> = {
    user_id: user.id,
    is_deleted: user.active === false,
    first_name: user.givenName,
    last_name: user.familyName,
    login,
    ...(guest === undefined ? {} : { is_restricted: true, is_ultra_restricted: guest.type === "single" }),
    display_name: user.displayName,
    title: user.title,
    time_zone: user.timezone,
    guest_expires_at: guest?.expiration,
    scim_user_name: user.userName,
    scim_external_id: user.externalId,
    employee_number: enterprise.employeeNumber,
    cost_center: enterprise.costCenter,
    organization: enterprise.organization,
    division: enterprise.division,
    department: enterprise.department,
    manager_id: enterprise.managerId,
    user_type: user.userType,
    scim_roles: user.roles.length === 0 ? undefined : user.roles.join(", "),
  }
  const profile: Record<string, string | boolean> = {}
  for (const key of Object.keys(facts)) {
    const value = facts[key]
    if (value !== undefined && value !== "") profile[key] = value
  }
  return profile
}

/** The most that Slack sends at once. Source: https://docs.slack.dev/reference/scim-api */
const accountsPerPage = 1000

/** The scope that opens SCIM; a user token has it, a bot token cannot. */
export const adminScope: ScopeNeed = {
  scope: "admin",
  purpose: "SCIM: the state of accounts, their employee facts, and IdP groups",
  without: "nothing of Business+ can be synced",
  required: true,
}

const isEmpty = ({ listed = [] }: Pick<Page, "listed">) => listed.every(({ ids }) => ids.length === 0)

const nobody = new ConnectorError({
  reason: { _tag: "NotWhole" },
  message: "SCIM lists no account, not even that of the token, and no other list shows any.",
  hint: "Wait, and check the members page of the workspace; if it shows accounts, ask Slack's support.",
})

/**
 * Reads SCIM `/Users`. A refusal ends the sync: whoever gives a Business+ token asks for what it opens. A short list
 * interrupts it only if no other list shows accounts.
 */
export const scimAccountsStep = (options: {
  readonly allowShortLists: boolean
  readonly gov: boolean
}): Step<ScimClient> => ({
  id: "scim-users",
  title: "SCIM accounts",
  produces: [userType.id],
  scopes: [adminScope],
  authorityOn: ["status"],
  expectedIn: accountsStep.id,
  // The SCIM of GovSlack is that of the whole organisation, and its workspaces need not all be opened to the app.
  ...(options.gov ? { expectedInSeverity: "information" as const } : {}),
  expects: { step: accountsStep.id, lists: [peopleList] },
  comparesWith: [accountsStep.id],
  page: Effect.fn("SlackBusinessPlus.scimUsers")(function* (request) {
    const scim = yield* ScimClient
    const list = {
      readPage: scim.users.page,
      count: accountsPerPage,
      type: userType,
      noun: "accounts",
      compared: { step: accountsStep.id, lists: [peopleList], unread: [unreadList] },
      mustBeWhole: !options.allowShortLists,
    }
    const { resources, rejected, page } = yield* scimPage(list, request)
    if (request.cursor === undefined && page.next === undefined && isEmpty(page)) {
      // Somebody made the token: of two lists one may be empty, the only one cannot.
      const { listed } = yield* request.evidence.compare(accountsStep.id, [peopleList])
      if (listed === 0) return yield* nobody
    }
    const workspace = workspaceId((workspacesOf(request.tenant)[0] ?? request.tenant).id)
    const odd = unreadable(userType, rejected)
    return {
      ...page,
      gaps: [...(page.gaps ?? []), ...(odd.gaps ?? [])],
      more: inPieces(resources, (users) => ({ resources: users.map((user) => scimAccountResource(workspace, user)) })),
      warnings: [...(page.warnings ?? []), ...(odd.warnings ?? [])],
    }
  }),
})
