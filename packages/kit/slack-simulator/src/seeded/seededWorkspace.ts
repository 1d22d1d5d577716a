// A workspace that is a pure function of its seed and sizes: nothing is kept per member, so a million cost no memory.
import { type GroupParts, type MemberChanges, unchanged, type Workspace } from "../Workspace.ts"
import { groupKindAt, groupMembersAt, groupNameAt } from "./groups.ts"
import { callingBot, factsOf, kindWhen, leaders, leadersEnd } from "./memberKinds.ts"
import { memberJson, slackbotJson } from "./memberJson.ts"
import { emailOf } from "./scimAccountJson.ts"
import { allOf, partOf } from "./partOf.ts"
import { seededMembers } from "./seededMembers.ts"

export interface SeededSizes {
  readonly seed: number
  readonly users: number
  readonly userGroups: number
}

/** Which part of an organisation a workspace is: the one at a place among so many. */
export interface Share {
  readonly at: number
  readonly of: number
}

/** Whether a workspace has a member: each is in one, the first and every tenth in all. */
const sharesMember = ({ at, of }: Share, index: number): boolean =>
  index < leadersEnd || index % 10 === 0 || index % of === at

/** Makes the workspace of a seed, or one of several workspaces that share its people. */
export const seededWorkspace = (
  { seed, users, userGroups }: SeededSizes,
  changes: MemberChanges = unchanged,
  share: Share = { at: 0, of: 1 },
): Workspace => {
  const { hashOf, ids, domain, kindOf: kindAtStart, member, teamId } = seededMembers(seed, share.at)
  const [groupHash, groupKindHash, groupName] = [hashOf("group"), hashOf("group kind"), hashOf("group name")]
  const [memberIds, botIds, appIds, groupIds] = [ids("U"), ids("B"), ids("A"), ids("S")]

  const part = share.at === 0 ? "" : ` ${share.at + 1}`
  const team = {
    id: teamId,
    name: `Simulated Söhne & Co. ${seed}${part}`,
    domain: `${domain}${part.replace(" ", "-")}`,
  }
  const icon = { image_34: "https://a.slack-edge.example/avatars/ava_0001-34.png", image_default: true }

  const kindOf = (index: number) => {
    const deleted = changes.areAny() ? changes.isDeleted(memberIds.idOf(index)) : undefined
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

  const isWhole = share.of === 1
  const members = isWhole ? allOf(users) : partOf(users, (index) => sharesMember(share, index))
  const groups = isWhole ? allOf(userGroups) : partOf(userGroups, (index) => index % share.of === share.at)
  const positionOf = (index: number | undefined) => (index === undefined ? undefined : members.positionOf(index))

  const slackbot = { id: "USLACKBOT", json: slackbotJson(teamId), facts: factsOf.member }
  // Slack lists the account of every token. In a workspace too small for one it is the last who is there.
  const actor = (index: number) =>
    users === 0
      ? { userId: slackbot.id, name: "slackbot" }
      : { userId: memberIds.idOf(Math.min(index, users - 1)), name: seeded(Math.min(index, users - 1)).name.handle }

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
    memberCount: members.count + 1,
    memberId: (position) => (position === members.count ? slackbot.id : memberIds.idOf(members.at(position))),
    memberJson: (position, viewer) =>
      position === members.count ? slackbot.json : memberJson(seeded(members.at(position)), viewer),
    memberFacts: (position) => (position === members.count ? slackbot.facts : factsOf[kindOf(members.at(position))]),
    memberPosition: (id) => (id === slackbot.id ? members.count : positionOf(memberIds.indexOf(id, users))),
    memberPositionByEmail: (email) => {
      const index = Number(/^member\.(\d+)@/.exec(email)?.[1] ?? Number.NaN)
      return index < users && emailOf(seeded(index)) === email ? positionOf(index) : undefined
    },
    groupCount: groups.count,
    groupId: (position) => groupIds.idOf(groups.at(position)),
    groupJson: (position, parts) => groupJson(groups.at(position), parts),
    groupMembers: (position) => groupMembers(groups.at(position)),
    groupIsDisabled: (position) => groupKind(groups.at(position)) === "disabled",
    groupPosition: (id) => {
      const index = groupIds.indexOf(id, userGroups)
      return index === undefined ? undefined : groups.positionOf(index)
    },
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
