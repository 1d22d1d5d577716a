// `users.list` as on Pro, with two differences: an account's flags also tell its roles in the organisation, and what the
// Web API keeps from the token may still come from SCIM.
import type { ConnectorError, Gap, Page, Records, Resource, Step, StoreError } from "@rollcall/connector"
import { inPieces, sentenceOf } from "@rollcall/connector"
import type { SlackUser, SlackWebApi, UsersList } from "@rollcall/slack-api"
import type { EmailsOfPage, WorkspacePageRequest } from "@rollcall/slack-pro/parts"
import {
  accountRecords,
  accountsPage,
  accountsStep as proAccountsStep,
  eachWorkspace,
  emailScope,
  emailsOfPage,
  missingAccountsStep as proMissingAccountsStep,
  precedenceOf,
  readAccounts,
  secondFactorsOfPage,
  userType,
  workspaceRoleType,
  workspaceType,
} from "@rollcall/slack-pro/parts"
import { Effect } from "effect"
import { businessPlusRoleType, organizationRoleGrants } from "./businessPlusRoles.ts"

const produces = [userType.id, workspaceType.id, workspaceRoleType.id, businessPlusRoleType.id]

/** Reads `users.list`; a token of its own is given for it, so that a refusal ends the sync. */
export const accountsStep: Step<SlackWebApi> = {
  ...proAccountsStep,
  produces,
  page: eachWorkspace(
    Effect.fn("SlackBusinessPlus.users")(function* (request) {
      return yield* listPageOf(request, yield* readAccounts(request))
    }),
  ),
}

/**
 * Reads `users.list` with the Business+ token, where that is the only one. With the scope `admin` alone, as the vendor
 * documents it, Slack refuses: accounts then come from SCIM, and what only `users.list` tells is a gap.
 */
export const accountsStepOfOneToken: Step<SlackWebApi> = {
  ...accountsStep,
  scopes: proAccountsStep.scopes.map((need) => ({
    ...need,
    required: false,
    ...(need.scope === "users:read"
      ? { without: "accounts come from SCIM alone, without flags, roles and membership" }
      : {}),
  })),
  page: eachWorkspace(
    Effect.fn("SlackBusinessPlus.users")(function* (request) {
      return yield* readAccounts(request).pipe(
        Effect.flatMap((list) => listPageOf(request, list)),
        Effect.catchIf(
          // After its first page the list is half read, which no gap can say.
          (error): error is ConnectorError =>
            request.cursor === undefined && error._tag === "ConnectorError" && error.reason._tag === "Refused",
          (error) =>
            Effect.succeed<Page>({
              gaps: gapsWithoutUsersList(error, request),
              listed: [{ list: unreadList, ids: [request.workspace.id] }],
            }),
        ),
      )
    }),
  ),
}

/** In an organisation of several workspaces roles in the organisation follow the workspace whose flags are used. */
const recordsOf = (
  request: WorkspacePageRequest,
  members: ReadonlyArray<SlackUser>,
  { areHidden }: Pick<EmailsOfPage, "areHidden">,
): Records => {
  const records = accountRecords(request, members)
  const organizationRoles = members.flatMap((user) =>
    organizationRoleGrants(user).map((grant) => ({ ...grant, ...precedenceOf(request, user) })),
  )
  return {
    ...records,
    resources: areHidden ? records.resources.map(withoutEmail) : records.resources,
    grants: [...records.grants, ...organizationRoles],
  }
}

const listPageOf = Effect.fnUntraced(function* (
  request: WorkspacePageRequest,
  list: UsersList,
): Effect.fn.Return<Page, StoreError> {
  const page = accountsPage(request, list, [businessPlusRoleType.id])
  const emails = yield* emailsOfPage(request, list)
  const factors = yield* secondFactorsOfPage(request, list)
  return {
    ...page,
    more: inPieces(list.members, (members) => recordsOf(request, members, emails)),
    listed: [...(page.listed ?? []), ...emails.listed, ...factors.listed],
    gaps: [...(emails.areMissing ? [emailsOnlyFromScim] : []), ...(page.gaps ?? []), ...factors.gaps],
  }
})

/** Looks up accounts that hold something and that no list shows; those say nothing about what the list shows. */
export const missingAccountsStep: Step<SlackWebApi> = proMissingAccountsStep(accountsStep, (request, members) =>
  Effect.map(emailsOfPage(request, { members }), (emails) => recordsOf(request, members, emails)),
)

/** An address that the Web API hides is not told as empty, so that SCIM's is taken. */
const withoutEmail = ({ profile = {}, ...resource }: Resource): Resource => ({
  ...resource,
  profile: Object.fromEntries(Object.entries(profile).filter(([key]) => key !== "login")),
})

const emailsOnlyFromScim: Gap = {
  resourceType: userType.id,
  missing: "e-mail addresses of accounts that SCIM does not list",
  reason: "scope",
  explanation: `No account that Slack showed has an e-mail address, and the token is not known to have ${emailScope}. Add the scope to the app and install it again.`,
  missingScopes: [emailScope],
  attributes: ["email"],
}

/** What of accounts `users.list` tells and SCIM does not. */
export const onlyInUsersList: ReadonlyArray<Pick<Gap, "resourceType" | "missing" | "attributes">> = [
  { resourceType: userType.id, missing: "accounts that SCIM does not list" },
  {
    resourceType: userType.id,
    missing: "who is a guest, invited, a bot or has a second factor",
    attributes: ["kind", "mfa"],
  },
]

/** The name of the list of workspaces whose `users.list` is refused. */
export const unreadList = "unread workspaces"

const gapsWithoutUsersList = (
  error: ConnectorError,
  { workspace, team }: Pick<WorkspacePageRequest, "workspace" | "team">,
): ReadonlyArray<Gap> => {
  // A scope is missing from the token in every workspace; any other refusal is about this one.
  const isAboutOne = team.team_id !== undefined && error.refusedBy !== "scope"
  const where = isAboutOne ? `, in the workspace ${workspace.displayName} (${workspace.id})` : ""
  const missing: ReadonlyArray<Pick<Gap, "resourceType" | "missing" | "attributes">> = [
    ...onlyInUsersList,
    { resourceType: workspaceType.id, missing: "members of the workspace" },
    { resourceType: workspaceRoleType.id, missing: "who holds the roles of the workspace" },
    { resourceType: businessPlusRoleType.id, missing: "who holds the roles of the organisation" },
  ]
  return missing.map((part) => ({
    ...part,
    missing: `${part.missing}${where}`,
    ...(error.refusedBy === "scope"
      ? {
          reason: "scope",
          explanation:
            "The Business+ token lacks users:read, and no other token is given, so accounts come from SCIM alone. Give a bot token as BATON_TOKEN, or add the scope.",
          missingScopes: error.missingScopes,
        }
      : {
          reason: error.refusedBy ?? "settings",
          explanation: `Accounts come from SCIM alone. ${sentenceOf(error)}`,
        }),
  }))
}
