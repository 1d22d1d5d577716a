// One pass over `users.list` yields accounts, membership of the workspace and the roles held in it.
import type { Gap, ScopeNeed, Step } from "@rollcall/connector"
import type { SlackWebApi } from "@rollcall/slack-api"
import { inPieces } from "@rollcall/connector"
import { Effect } from "effect"
import { accountRecords, accountsPage } from "./accounts.ts"
import { eachWorkspace } from "./workspaces.ts"
import { emailScope, emailsOfPage, readAccounts, secondFactorsOfPage } from "./readAccounts.ts"
import { userType, workspaceRoleType, workspaceType } from "./resourceTypes.ts"

const noEmails: Gap = {
  resourceType: userType.id,
  missing: "e-mail addresses",
  reason: "scope",
  explanation: `No account that Slack showed has an e-mail address, and the token is not known to have ${emailScope}. Add the scope to the app and install it again.`,
  missingScopes: [emailScope],
  attributes: ["email"],
}

const usersRead: ScopeNeed = {
  scope: "users:read",
  purpose: "accounts, membership of the workspace and the roles held in it",
  without: "nothing can be synced",
  required: true,
}

const usersReadEmail: ScopeNeed = {
  scope: emailScope,
  purpose: "e-mail addresses of accounts",
  without: "accounts have no e-mail address, which reviewers match people by",
  required: false,
}

/** Reads `users.list`. */
export const accountsStep: Step<SlackWebApi> = {
  id: "users",
  title: "accounts",
  produces: [userType.id, workspaceType.id, workspaceRoleType.id],
  scopes: [usersRead, usersReadEmail],
  page: eachWorkspace(
    Effect.fn("SlackPro.users")(function* (request) {
      const list = yield* readAccounts(request)
      const page = accountsPage(request, list)
      const emails = yield* emailsOfPage(request, list)
      const factors = yield* secondFactorsOfPage(request, list)
      return {
        ...page,
        more: inPieces(list.members, (members) => accountRecords(request, members)),
        listed: [...(page.listed ?? []), ...emails.listed, ...factors.listed],
        gaps: [...(emails.areMissing ? [noEmails] : []), ...(page.gaps ?? []), ...factors.gaps],
      }
    }),
  ),
}
