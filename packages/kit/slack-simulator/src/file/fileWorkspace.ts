// A hand-made workspace as the simulator serves it: every object as it stands in the file. What Slack itself leaves out
// is left out here too: the e-mail address without users:read.email, and what a call on user groups did not ask for.
import { type Actor, type MemberChanges, type MemberFacts, type Rank, unchanged, type Workspace } from "../Workspace.ts"
import type { WorkspaceFile } from "./WorkspaceFile.ts"

type Member = WorkspaceFile["users"][number]

/** Where each id stands first. */
export const positionsOf = (list: ReadonlyArray<{ readonly id: string }>): ReadonlyMap<string, number> => {
  const positions = new Map<string, number>()
  for (const [position, { id }] of list.entries()) if (!positions.has(id)) positions.set(id, position)
  return positions
}

const profileOf = (member: Member): Readonly<Record<string, unknown>> => {
  const profile = member["profile"]
  return typeof profile === "object" && profile !== null ? Object.fromEntries(Object.entries(profile)) : {}
}

const without = (object: object, ...keys: ReadonlyArray<string>): object =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))

const isString = (value: unknown): value is string => typeof value === "string"

/** What a member's flags say; those that are not there are false. */
export const memberFactsOf = (member: Readonly<Record<string, unknown>>): MemberFacts => {
  const flag = (key: string) => member[key] === true
  return {
    isStranger: flag("is_stranger"),
    deleted: flag("deleted"),
    isBot: flag("is_bot"),
    isAdmin: flag("is_admin"),
    isOwner: flag("is_owner"),
    isPrimaryOwner: flag("is_primary_owner"),
    isRestricted: flag("is_restricted"),
    isUltraRestricted: flag("is_ultra_restricted"),
    isInvited: flag("is_invited_user"),
  }
}

/** What Slack takes away from deactivated people. */
const lostFlags = [
  "is_admin",
  "is_owner",
  "is_primary_owner",
  "is_restricted",
  "is_ultra_restricted",
  "is_invited_user",
  "has_2fa",
]

const hasRank = (member: Member, rank: Rank): boolean => {
  const { isPrimaryOwner, isOwner, isAdmin } = memberFactsOf(member)
  if (rank === "primaryOwner") return isPrimaryOwner
  return rank === "owner" ? isOwner && !isPrimaryOwner : isAdmin && !isOwner
}

/** Serves a decoded workspace file. */
export const fileWorkspace = (file: WorkspaceFile, changes: MemberChanges = unchanged): Workspace => {
  const { team, users } = file
  const groups = file.usergroups ?? []
  const memberPositions = positionsOf(users)
  const groupPositions = positionsOf(groups)

  const actorOf = (member: Member | undefined, id: string): Actor => {
    const name = member?.["name"]
    const botId = member === undefined ? undefined : profileOf(member)["bot_id"]
    return { userId: id, name: isString(name) ? name : id, ...(isString(botId) ? { botId } : {}) }
  }
  const find = (id: string) => users[memberPositions.get(id) ?? -1]
  const leader = (rank: Rank): Actor => {
    const found =
      users.find((user) => hasRank(user, rank)) ?? users.find((user) => user["is_admin"] === true) ?? users[0]
    return actorOf(found, found?.id ?? "U0SIMULATED")
  }
  /** The member as it stands in the file, until SCIM has changed whether it is deactivated. */
  const memberAt = (position: number): Member => {
    const member = users[position]!
    const deleted = changes.isDeleted(member.id)
    if (deleted === undefined || deleted === (member["deleted"] === true)) return member
    return { ...without(member, ...(deleted ? lostFlags : [])), id: member.id, deleted }
  }
  const stays = (id: string) => !changes.hasLeftGroups(id)
  const botUserId =
    file.bot?.user_id ?? (users.find((user) => user["is_bot"] === true) ?? users[0])?.id ?? "U0SIMULATED"
  const bot = actorOf(find(botUserId), botUserId)

  return {
    team: { id: team.id, name: team.name, domain: team.domain ?? "" },
    teamJson: JSON.stringify(team),
    iconJson: JSON.stringify(team["icon"] ?? { image_default: true }),
    bot: { ...bot, botId: file.bot?.bot_id ?? bot.botId ?? "B0SIMULATED" },
    leader,
    memberCount: users.length,
    memberId: (position) => users[position]!.id,
    memberJson: (position, viewer) => {
      const member = memberAt(position)
      if (viewer.email || !("email" in profileOf(member))) return JSON.stringify(member)
      return JSON.stringify({ ...member, profile: without(profileOf(member), "email") })
    },
    memberFacts: (position) => memberFactsOf(memberAt(position)),
    memberPosition: (id) => memberPositions.get(id),
    memberPositionByEmail: (email) => {
      const position = users.findIndex((user) => profileOf(user)["email"] === email)
      return position === -1 ? undefined : position
    },
    groupCount: groups.length,
    groupId: (position) => groups[position]!.id,
    groupJson: (position, parts) => {
      const group = groups[position]!
      const members = group.users?.filter(stays)
      const shown =
        members?.length === group.users?.length ? group : { ...group, users: members, user_count: members?.length }
      return JSON.stringify(without(shown, ...(parts.users ? [] : ["users"]), ...(parts.count ? [] : ["user_count"])))
    },
    groupMembers: (position) => (groups[position]!.users ?? []).filter(stays),
    groupIsDisabled: (position) => Number(groups[position]!["date_delete"] ?? 0) !== 0,
    groupPosition: (id) => groupPositions.get(id),
    botJson: (botId) => {
      const user = users.find((member) => profileOf(member)["bot_id"] === botId)
      if (user === undefined) return undefined
      return JSON.stringify({
        id: botId,
        deleted: user["deleted"] ?? false,
        name: user["name"] ?? "",
        updated: user["updated"] ?? 0,
        app_id: profileOf(user)["api_app_id"] ?? "",
        user_id: user.id,
        icons: {},
      })
    },
  }
}
