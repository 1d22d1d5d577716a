// What a page of `users.list` says: accounts, membership of the workspace and the roles held in it.
import type { Alias, ConnectorError, Page } from "@rollcall/connector"
import type { SlackUser, SlackWebApi, UsersList } from "@rollcall/slack-api"
import { usersPage } from "@rollcall/slack-api"
import { Effect } from "effect"
import { accountResource } from "./accounts.ts"
import type { WorkspacePageRequest } from "./eachWorkspace.ts"
import { accountId } from "./ids.ts"
import { precedenceOf } from "./precedence.ts"
import { userType } from "./resourceTypes.ts"
import { toConnectorError } from "./toConnectorError.ts"
import { unreadable } from "./unreadable.ts"
import { workspaceGrants } from "./workspace.ts"
import { roleGrants } from "./workspaceRoles.ts"

/** Reads one page of `users.list`, https://docs.slack.dev/reference/methods/users.list. */
export const readAccounts = ({
  team,
  cursor,
}: WorkspacePageRequest): Effect.Effect<UsersList, ConnectorError, SlackWebApi> =>
  Effect.mapError(usersPage(cursor, team), toConnectorError)

/** The name of the list of those whom SCIM should show as well: everybody but bots, Slackbot and strangers. */
export const peopleList = "people"

const isPerson = ({ id, is_bot, is_stranger }: SlackUser): boolean =>
  is_bot !== true && is_stranger !== true && id !== "USLACKBOT"

/** The records of that page. */
export const accountsPage = (
  request: Pick<WorkspacePageRequest, "workspace" | "team">,
  { members, rejected, next }: UsersList,
): Page => {
  const { id: teamId } = request.workspace
  return {
    resources: members.map((user) => ({ ...accountResource(teamId, user), ...precedenceOf(request, user) })),
    grants: members.flatMap((user) => [...workspaceGrants(teamId, user), ...roleGrants(teamId, user)]),
    aliases: members.flatMap(aliasesOf),
    ...(next === undefined ? {} : { next }),
    listed: [{ list: peopleList, ids: members.filter(isPerson).map(({ id }) => id) }],
    ...unreadable(userType, rejected),
  }
}

/** User groups, IdP groups, roles and SCIM may name an account by its id in the organisation. */
const aliasesOf = ({ id, enterprise_user: inOrganization }: SlackUser): ReadonlyArray<Alias> => {
  const alias = inOrganization?.id ?? id
  return alias === id ? [] : [{ id: accountId(id), alias }]
}
