// SCIM `/Users` yields what the Web API does not tell of accounts, and accounts that it does not show. It runs beside
// `users.list`; the engine merges the two.
import type { ScopeNeed, Step } from "@rollcall/connector"
import { ScimClient } from "@rollcall/scim-client"
import { unreadable, userType, workspaceId, workspacesOf } from "@rollcall/slack-pro/parts"
import { Effect } from "effect"
import { scimAccountResource } from "./scimAccounts.ts"
import { scimPage } from "./scimPages.ts"

/** The most that Slack sends at once. Source: https://docs.slack.dev/reference/scim-api */
const accountsPerPage = 1000

/** The scope that opens SCIM; a user token has it, a bot token cannot. */
export const adminScope: ScopeNeed = {
  scope: "admin",
  purpose: "SCIM: the state of accounts, their employee facts, and IdP groups",
  without: "nothing of Business+ can be synced",
  required: true,
}

/** Reads SCIM `/Users`. A refusal ends the sync: whoever gives a Business+ token asks for what it opens. */
export const scimAccountsStep: Step<ScimClient> = {
  id: "scim-users",
  title: "SCIM accounts",
  produces: [userType.id],
  scopes: [adminScope],
  authorityOn: ["status"],
  expectedIn: "users",
  page: Effect.fn("SlackBusinessPlus.scimUsers")(function* ({ tenant, cursor }) {
    const scim = yield* ScimClient
    const { resources, rejected, warnings, ...rest } = yield* scimPage(scim.users.page, accountsPerPage, cursor)
    const workspace = workspaceId((workspacesOf(tenant)[0] ?? tenant).id)
    const odd = unreadable(userType, rejected)
    return {
      ...rest,
      ...odd,
      resources: resources.map((user) => scimAccountResource(workspace, user)),
      warnings: [...warnings, ...(odd.warnings ?? [])],
    }
  }),
}
