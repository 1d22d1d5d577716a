// A workspace that is a pure function of its seed and sizes: nothing is kept per member, so a million cost no memory.
import { type GroupParts, type MemberChanges, unchanged, type Workspace } from "../Workspace.ts"
import { groupKindAt, groupMembersAt, groupNameAt } from "./groups.ts"
import { callingBot, factsOf, kindWhen, leaders } from "./memberKinds.ts"
import { memberJson, slackbotJson } from "./memberJson.ts"
import { emailOf } from "./scimAccountJson.ts"
import { seededMembers } from "./seededMembers.ts"

export interface SeededSizes {
  readonly seed: number
  readonly users: number
  readonly userGroups: number
}

/** Makes the workspace of a seed. */
export const seededWorkspace = (
  { seed, users, userGroups }: SeededSizes,
  changes: MemberChanges = unchanged,
): Workspace => {
  const { hashOf, ids, domain, kindOf: kindAtStart, member } = seededMembers(seed)
  const [groupHash, groupKindHash, groupName] = [hashOf("group"), hashOf("group kind"), hashOf("group name")]
  const [memberIds, botIds, appIds, groupIds, teamIds] = [ids("U"), ids("B"), ids("A"), ids("S"), ids("T")]

  const teamId = teamIds.idOf(0)
  const team = { id: teamId, name: `Simulated Söhne & Co. ${seed}`, domain }
  const icon = { image_34: "https://a.slack-edge.example/avatars/ava_0001-34.png", image_default: true }

  const kindOf = (index: number) => {
    const deleted = changes.isDeleted(memberIds.idOf(index))
    return deleted === undefined ? kindAtStart(index) : kindWhen(kindAtStart(index), deleted)
  }
  const seeded = (index: number) => member(index, kindOf(index))

  const groupKind = (index: number) => groupKindAt(index, groupKindHash)
  const groupMembers = (index: number) =>
    groupMembersAt(index, groupKind(index), users, groupHash, kindAtStart)
      .map((one) => memberIds.idOf(one))
      .filter((id) => !changes.hasLeftGroups(id))
  const groupJson = (index: number, parts: GroupParts): string => {
    const kind = groupKind(index)
    const kept = kind === "admins" || kind === "owners"
    const keeper = kept ? "USLACKBOT" : memberIds.idOf(0)
    const members = parts.users || parts.count ? groupMembers(index) : []
    return JSON.stringify({
      id: groupIds.idOf(index),
      team_id: teamId,
      is_usergroup: true,
      is_subteam: true,
      name: groupNameAt(index, kind, groupName),
      description: "",
      handle: kept ? `team-${kind}` : `group-${index}`,
      is_external: false,
      date_create: 1_600_000_000 + index,
      date_update: 1_650_000_000 + index,
      date_delete: kind === "disabled" ? 1_660_000_000 + index : 0,
      auto_type: kind === "admins" ? "admin" : kind === "owners" ? "owner" : null,
      auto_provision: false,
      enterprise_subteam_id: "",
      created_by: keeper,
      updated_by: keeper,
      deleted_by: kind === "disabled" ? memberIds.idOf(0) : null,
      prefs: { channels: [], groups: [] },
      channel_count: 0,
      ...(parts.users ? { users: members } : {}),
      // A text in Slack's documentation, a number in recorded replies: both occur.
      ...(parts.count ? { user_count: index % 2 === 0 ? members.length : String(members.length) } : {}),
    })
  }

  const actor = (index: number) => ({ userId: memberIds.idOf(index), name: seeded(index).name.handle })
  const slackbot = { id: "USLACKBOT", json: slackbotJson(teamId), facts: factsOf.member }

  return {
    team,
    teamJson: JSON.stringify({
      ...team,
      email_domain: `${domain}.example`,
      icon,
      url: `https://${domain}.slack.com/`,
      is_verified: false,
      discoverable: "disabled",
      avatar_base_url: "https://ca.slack-edge.example/",
      locale: "en-US",
    }),
    iconJson: JSON.stringify(icon),
    bot: { ...actor(callingBot), botId: botIds.idOf(callingBot) },
    leader: (rank) => actor(leaders[rank]),
    memberCount: users + 1,
    memberId: (position) => (position === users ? slackbot.id : memberIds.idOf(position)),
    memberJson: (position, viewer) => (position === users ? slackbot.json : memberJson(seeded(position), viewer)),
    memberFacts: (position) => (position === users ? slackbot.facts : factsOf[kindOf(position)]),
    memberPosition: (id) => (id === slackbot.id ? users : memberIds.indexOf(id, users)),
    memberPositionByEmail: (email) => {
      const index = Number(/^member\.(\d+)@/.exec(email)?.[1] ?? Number.NaN)
      return index < users && emailOf(seeded(index)) === email ? index : undefined
    },
    groupCount: userGroups,
    groupId: groupIds.idOf,
    groupJson,
    groupMembers,
    groupIsDisabled: (position) => groupKind(position) === "disabled",
    groupPosition: (id) => groupIds.indexOf(id, userGroups),
    botJson: (botId) => {
      const index = botIds.indexOf(botId, users)
      if (index === undefined || !factsOf[kindOf(index)].isBot) return undefined
      return JSON.stringify({
        id: botId,
        deleted: factsOf[kindOf(index)].deleted,
        name: seeded(index).name.handle,
        updated: 1_600_000_000,
        app_id: appIds.idOf(index),
        user_id: memberIds.idOf(index),
        icons: { image_36: "https://a.slack-edge.example/bot-36.png" },
      })
    },
  }
}
