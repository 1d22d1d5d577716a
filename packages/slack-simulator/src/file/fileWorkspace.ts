// A hand-made workspace as the simulator serves it: every object as it stands in the file. What Slack itself leaves out
// is left out here too: the e-mail address without users:read.email, and what a call on user groups did not ask for.
import type { Actor, Workspace } from "../Workspace.ts"
import type { WorkspaceFile } from "./WorkspaceFile.ts"

type Member = WorkspaceFile["users"][number]

const positionsOf = (list: ReadonlyArray<{ readonly id: string }>): ReadonlyMap<string, number> => {
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

/** Serves a decoded workspace file. */
export const fileWorkspace = (file: WorkspaceFile): Workspace => {
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
  const owner =
    users.find((user) => user["is_primary_owner"] === true) ??
    users.find((user) => user["is_admin"] === true) ??
    users[0]
  const botUserId = file.bot?.user_id ?? users.find((user) => user["is_bot"] === true)?.id ?? "U0SIMULATED"
  const bot = actorOf(find(botUserId), botUserId)

  return {
    team: { id: team.id, name: team.name, domain: team.domain ?? "" },
    teamJson: JSON.stringify(team),
    iconJson: JSON.stringify(team["icon"] ?? { image_default: true }),
    bot: { ...bot, botId: file.bot?.bot_id ?? bot.botId ?? "B0SIMULATED" },
    owner: actorOf(owner, owner?.id ?? "U0SIMULATED"),
    memberCount: users.length,
    memberId: (position) => users[position]!.id,
    memberJson: (position, viewer) => {
      const member = users[position]!
      if (viewer.email || !("email" in profileOf(member))) return JSON.stringify(member)
      return JSON.stringify({ ...member, profile: without(profileOf(member), "email") })
    },
    memberFacts: (position) => {
      const flag = (key: string) => users[position]![key] === true
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
    },
    memberPosition: (id) => memberPositions.get(id),
    groupCount: groups.length,
    groupId: (position) => groups[position]!.id,
    groupJson: (position, parts) =>
      JSON.stringify(
        without(groups[position]!, ...(parts.users ? [] : ["users"]), ...(parts.count ? [] : ["user_count"])),
      ),
    groupMembers: (position) => groups[position]!.users ?? [],
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
