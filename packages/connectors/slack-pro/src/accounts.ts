// What `users.list` says: an account as a resource, and of a page the accounts, membership of the workspace and the roles
// held in it.
import type { Alias, Listed, Page, Profile, ProfileValue, Records, Resource } from "@rollcall/connector"
import type { SlackUser, UsersList } from "@rollcall/slack-api"
import type { WorkspacePageRequest } from "./workspaces.ts"
import { unreadable } from "./failures.ts"
import { accountId, userType, workspaceId, workspaceRoleType, workspaceType } from "./resourceTypes.ts"
import { roleGrants, workspaceGrants } from "./workspace.ts"

/**
 * The account that `users.list` shows. Slack leaves all role flags out for a deactivated account and any text out where
 * it is empty; readers of the file expect every key, so absent flags are `false` and absent texts empty.
 */
export const accountResource = (teamId: string, user: SlackUser): Resource => {
  const email = user.profile?.email ?? ""
  return {
    id: accountId(user.id),
    displayName: user.name ?? "",
    parent: workspaceId(teamId),
    status: user.deleted === true ? "deleted" : "enabled",
    profile: withFurther(contractProfile(user, email), user),
    account: {
      accountType: user.is_bot === true ? "service" : "human",
      ...(email === "" ? {} : { emails: [email] }),
      ...(user.has_2fa === true ? { mfaEnabled: true } : {}),
    },
  }
}

/** The keys that the Go connector writes for every account. */
const contractProfile = (user: SlackUser, email: string): Record<string, ProfileValue> => ({
  first_name: user.profile?.first_name ?? "",
  last_name: user.profile?.last_name ?? "",
  login: email,
  workspace: user.profile?.team ?? "",
  user_id: user.id,
  status_text: user.profile?.status_text ?? "",
  status_emoji: user.profile?.status_emoji ?? "",
  is_admin: user.is_admin ?? false,
  is_owner: user.is_owner ?? false,
  is_primary_owner: user.is_primary_owner ?? false,
  is_bot: user.is_bot ?? false,
  is_app_user: user.is_app_user ?? false,
  is_invited_user: user.is_invited_user ?? false,
  is_restricted: user.is_restricted ?? false,
  is_ultra_restricted: user.is_ultra_restricted ?? false,
  is_stranger: user.is_stranger ?? false,
  is_deleted: user.deleted ?? false,
})

/** Adds keys that only Rollcall writes, each only where Slack gave it. */
const withFurther = (profile: Record<string, ProfileValue>, user: SlackUser): Profile => {
  const told: Record<string, string | number | null | undefined> = {
    real_name: user.profile?.real_name ?? user.real_name,
    display_name: user.profile?.display_name,
    title: user.profile?.title,
    time_zone: user.tz,
    two_factor_type: user.two_factor_type,
    guest_expires_at: expiry(user.profile?.guest_expiration_ts),
  }
  for (const key of Object.keys(told)) {
    const value = told[key]
    if (value !== undefined && value !== null && value !== "") profile[key] = value
  }
  return profile
}

/** Slack gives a guest's end in seconds since the epoch, and 0 for a guest who stays. */
const expiry = (seconds: number | null | undefined): string | undefined =>
  seconds === undefined || seconds === null || seconds <= 0 || seconds > latestDate
    ? undefined
    : new Date(seconds * 1000).toISOString()

const latestDate = 8_640_000_000_000

/** The name of the list of those whom SCIM should show as well: everybody but bots, Slackbot and strangers. */
export const peopleList = "people"

/** The names of the lists of everybody else, and of the ids that accounts have in the whole organisation. */
const othersList = "others"
const aliasesList = "aliases"

/** The records of accounts that a page of this workspace shows. */
export const accountRecords = (
  request: Pick<WorkspacePageRequest, "workspace" | "team">,
  members: ReadonlyArray<SlackUser>,
) => {
  const { id: teamId } = request.workspace
  return {
    resources: members.map((user) => ({ ...accountResource(teamId, user), ...precedenceOf(request, user) })),
    grants: members.flatMap((user) => [...workspaceGrants(teamId, user), ...roleGrants(teamId, user)]),
    aliases: members.flatMap(aliasesOf),
  } satisfies Records
}

/** What else that page says. `rolesIn` are further types of which an account can hold a role. */
export const accountsPage = (
  request: Pick<WorkspacePageRequest, "workspace" | "team">,
  list: UsersList,
  rolesIn: ReadonlyArray<string> = [],
): Page => ({
  listed: listedOn(request, list),
  ...(list.next === undefined ? {} : { next: list.next }),
  ...unreadable(userType, list.rejected, [workspaceType.id, workspaceRoleType.id, ...rolesIn]),
})

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
