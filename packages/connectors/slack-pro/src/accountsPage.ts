// What a page of `users.list` says: accounts, membership of the workspace and the roles held in it.
import type { Alias, Listed, Page } from "@rollcall/connector"
import type { SlackUser, UsersList } from "@rollcall/slack-api"
import { accountResource } from "./accounts.ts"
import type { WorkspacePageRequest } from "./eachWorkspace.ts"
import { accountId, userType, workspaceRoleType, workspaceType } from "./resourceTypes.ts"
import { unreadable } from "./failures.ts"
import { roleGrants, workspaceGrants } from "./workspace.ts"

/** The name of the list of those whom SCIM should show as well: everybody but bots, Slackbot and strangers. */
export const peopleList = "people"

/** The names of the lists of everybody else, and of the ids that accounts have in the whole organisation. */
const othersList = "others"
const aliasesList = "aliases"

/** The records of that page. `rolesIn` are further types of which an account can hold a role. */
export const accountsPage = (
  request: Pick<WorkspacePageRequest, "workspace" | "team">,
  list: UsersList,
  rolesIn: ReadonlyArray<string> = [],
): Page => {
  const { members, rejected, next } = list
  const { id: teamId } = request.workspace
  return {
    resources: members.map((user) => ({ ...accountResource(teamId, user), ...precedenceOf(request, user) })),
    grants: members.flatMap((user) => [...workspaceGrants(teamId, user), ...roleGrants(teamId, user)]),
    aliases: members.flatMap(aliasesOf),
    listed: listedOn(request, list),
    ...(next === undefined ? {} : { next }),
    ...unreadable(userType, rejected, [workspaceType.id, workspaceRoleType.id, ...rolesIn]),
  }
}

/** The distinct ids on a page, those of members that could not be read included. */
export const idsOn = ({ members, rejectedIds = [] }: UsersList): ReadonlyArray<string> => [
  ...new Set([...members.map(({ id }) => id), ...rejectedIds]),
]

/**
 * What the pages after this one, and SCIM, are compared with. Each id stands in one list, and that of a workspace which is one
 * of several also in the list of this workspace.
 */
const listedOn = (
  { workspace, team }: Pick<WorkspacePageRequest, "workspace" | "team">,
  list: UsersList,
): ReadonlyArray<Listed> => {
  const all = idsOn(list)
  const people = list.members.filter(isPerson).map(({ id }) => id)
  const known = new Set(people)
  return [
    { list: peopleList, ids: people },
    { list: othersList, ids: all.filter((id) => !known.has(id)) },
    { list: aliasesList, ids: list.members.flatMap(aliasesOf).map(({ alias }) => alias) },
    ...(team.team_id === undefined ? [] : [{ list: workspace.id, ids: all }]),
  ]
}

/** The lists that show whom the pages of this workspace have listed, for `Evidence`. */
export const listsOf = ({ workspace, team }: Pick<WorkspacePageRequest, "workspace" | "team">): ReadonlyArray<string> =>
  team.team_id === undefined ? [peopleList, othersList] : [workspace.id]

/** Whether SCIM should list the account as well. */
export const isPerson = (user: SlackUser): boolean =>
  user.is_bot !== true &&
  user.is_workflow_bot !== true &&
  user.is_connector_bot !== true &&
  user.is_stranger !== true &&
  user.id !== "USLACKBOT"

/** User groups, IdP groups, roles and SCIM may name an account by its id in the organisation. */
const aliasesOf = ({ id, enterprise_user: inOrganization }: SlackUser): ReadonlyArray<Alias> => {
  const alias = inOrganization?.id ?? id
  return alias === id ? [] : [{ id: accountId(id), alias }]
}

// Each workspace of an organisation lists a person with flags of its own, and somebody who was deactivated in one may be an
// admin in another: all flags are taken from one workspace.

/** From the workspace whose flags are used before all others to the one whose flags are used last. */
const order: ReadonlyArray<(user: SlackUser) => boolean> = [
  (user) => isInUse(user) && user.is_primary_owner === true,
  (user) => isInUse(user) && user.is_owner === true,
  (user) => isInUse(user) && user.is_admin === true,
  (user) => isInUse(user) && user.is_invited_user !== true && user.is_restricted !== true && !isSingleChannel(user),
  (user) => isInUse(user) && user.is_invited_user !== true && !isSingleChannel(user),
  (user) => isInUse(user) && user.is_invited_user !== true,
  // An invitation that is pending is sent as deactivated, too.
  (user) => user.is_stranger !== true && user.is_invited_user === true,
  (user) => user.is_stranger !== true,
]

const isSingleChannel = (user: SlackUser): boolean => user.is_ultra_restricted === true

const isInUse = (user: SlackUser): boolean => user.deleted !== true && user.is_stranger !== true

/**
 * The precedence of what a workspace says of an account: primary owner, owner, admin, member, multi-channel guest,
 * single-channel guest, invited, deactivated, and last a stranger, of whom the workspace knows little; then by workspace id.
 * Nothing where the token opens one workspace.
 */
export const precedenceOf = (
  { workspace, team }: Pick<WorkspacePageRequest, "workspace" | "team">,
  user: SlackUser,
): { readonly precedence?: string } => {
  if (team.team_id === undefined) return {}
  const place = order.findIndex((matches) => matches(user))
  return { precedence: `${place < 0 ? order.length : place}:${workspace.id}` }
}
