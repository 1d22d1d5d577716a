// One pass over `users.list` yields accounts, membership of the workspace and the roles held in it.
import type { Gap, Step } from "@rollcall/connector"
import type { SlackWebApi, UsersList } from "@rollcall/slack-api"
import { usersPage } from "@rollcall/slack-api"
import { Effect } from "effect"
import { accountResource } from "./accounts.ts"
import { userType, workspaceRoleType, workspaceType } from "./resourceTypes.ts"
import { toConnectorError } from "./toConnectorError.ts"
import { unreadable } from "./unreadable.ts"
import { workspaceGrants } from "./workspace.ts"
import { roleGrants } from "./workspaceRoles.ts"

const emailScope = "users:read.email"

const noEmails: Gap = {
  resourceType: userType.id,
  missing: "e-mail addresses",
  reason: "scope",
  explanation: `The token lacks ${emailScope}, so Slack shows accounts without e-mail. Add the scope to the app and install it again.`,
  missingScopes: [emailScope],
}

/** Where Slack does not say which scopes the token has, a page without any address says it. */
const hidesEmails = ({ scopes, members }: UsersList): boolean =>
  scopes === undefined ? members.every((user) => !user.profile?.email) : !scopes.includes(emailScope)

/** Reads `users.list`, https://docs.slack.dev/reference/methods/users.list. */
export const accountsStep: Step<SlackWebApi> = {
  id: "users",
  title: "accounts",
  produces: [userType.id, workspaceType.id, workspaceRoleType.id],
  scopes: [
    {
      scope: "users:read",
      purpose: "accounts, membership of the workspace and the roles held in it",
      without: "nothing can be synced",
      required: true,
    },
    {
      scope: emailScope,
      purpose: "e-mail addresses of accounts",
      without: "accounts have no e-mail address, which reviewers match people by",
      required: false,
    },
  ],
  page: Effect.fn("SlackPro.users")(function* ({ tenant, cursor }) {
    const page = yield* Effect.mapError(usersPage(cursor), toConnectorError)
    const { gaps = [], ...counted } = unreadable(userType, page.rejected)
    return {
      resources: page.members.map((user) => accountResource(tenant.id, user)),
      grants: page.members.flatMap((user) => [...workspaceGrants(tenant.id, user), ...roleGrants(tenant.id, user)]),
      ...(page.next === undefined ? {} : { next: page.next }),
      ...counted,
      gaps: hidesEmails(page) ? [noEmails, ...gaps] : gaps,
    }
  }),
}
