// Accounts that SCIM has created, as members of users.list: they come after all others, so that cursors stay right.
import { nobody, type Viewer, type Workspace } from "../../Workspace.ts"
import { type JsonObject, objectOf, textOf } from "../json.ts"
import { primaryEmail } from "../schemas.ts"
import type { Accounts } from "./Accounts.ts"

const noFlags = {
  is_admin: false,
  is_owner: false,
  is_primary_owner: false,
  is_restricted: false,
  is_ultra_restricted: false,
}

const memberJson = (id: string, teamId: string, account: JsonObject, deleted: boolean, viewer: Viewer): string => {
  const name = objectOf(account["name"])
  const [first, last] = [textOf(name["givenName"]), textOf(name["familyName"])]
  const realName = `${first} ${last}`.trim()
  return JSON.stringify({
    id,
    name: textOf(account["userName"]),
    is_bot: false,
    updated: 1_700_000_000,
    is_app_user: false,
    team_id: teamId,
    deleted,
    ...(deleted ? {} : { real_name: realName, tz: "America/Los_Angeles", ...noFlags }),
    profile: {
      real_name: realName,
      display_name: textOf(account["displayName"]),
      first_name: first,
      last_name: last,
      team: teamId,
      ...(viewer.email ? { email: primaryEmail(account) } : {}),
    },
  })
}

/** The workspace with whom SCIM has created. */
export const withNewcomers = (workspace: Workspace, accounts: Accounts): Workspace => {
  const { created } = accounts
  /** The id of the newcomer at a position; undefined for who was there at the start. */
  const newcomer = (position: number): string | undefined =>
    position < workspace.memberCount ? undefined : created()[position - workspace.memberCount]
  const positionOf = (position: number): number | undefined =>
    position === -1 ? undefined : workspace.memberCount + position
  return {
    ...workspace,
    get memberCount() {
      return workspace.memberCount + created().length
    },
    memberId: (position) => newcomer(position) ?? workspace.memberId(position),
    memberJson: (position, viewer) => {
      const id = newcomer(position)
      if (id === undefined) return workspace.memberJson(position, viewer)
      return memberJson(id, workspace.team.id, accounts.resource(id), !accounts.showsActive(id), viewer)
    },
    memberFacts: (position) => {
      const id = newcomer(position)
      return id === undefined ? workspace.memberFacts(position) : { ...nobody, deleted: !accounts.showsActive(id) }
    },
    memberPosition: (id) => workspace.memberPosition(id) ?? positionOf(created().indexOf(id)),
    memberPositionByEmail: (email) =>
      workspace.memberPositionByEmail(email) ??
      positionOf(created().findIndex((id) => primaryEmail(accounts.resource(id)) === email)),
  }
}
