// What a page of `users.list` says: accounts, membership of the workspace and the roles held in it.
import type { ConnectorError, Page } from "@rollcall/connector"
import type { SlackWebApi, UsersList } from "@rollcall/slack-api"
import { usersPage } from "@rollcall/slack-api"
import { Effect } from "effect"
import { accountResource } from "./accounts.ts"
import type { WorkspacePageRequest } from "./eachWorkspace.ts"
import { userType } from "./resourceTypes.ts"
import { toConnectorError } from "./toConnectorError.ts"
import { unreadable } from "./unreadable.ts"
import { workspaceGrants } from "./workspace.ts"
import { roleGrants } from "./workspaceRoles.ts"

/** The scope that shows e-mail addresses. */
export const emailScope = "users:read.email"

/** Reads one page of `users.list`, https://docs.slack.dev/reference/methods/users.list. */
export const readAccounts = ({
  team,
  cursor,
}: WorkspacePageRequest): Effect.Effect<UsersList, ConnectorError, SlackWebApi> =>
  Effect.mapError(usersPage(cursor, team), toConnectorError)

/** The records of that page. */
export const accountsPage = (teamId: string, { members, rejected, next }: UsersList): Page => ({
  resources: members.map((user) => accountResource(teamId, user)),
  grants: members.flatMap((user) => [...workspaceGrants(teamId, user), ...roleGrants(teamId, user)]),
  ...(next === undefined ? {} : { next }),
  ...unreadable(userType, rejected),
})

/**
 * Whether the token may not see e-mail addresses. Where Slack does not say which scopes the token has, a page without any
 * address says it.
 */
export const hidesEmails = ({ scopes, members }: UsersList): boolean =>
  scopes === undefined ? members.every((user) => !user.profile?.email) : !scopes.includes(emailScope)
