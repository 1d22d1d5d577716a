// Members of a seeded workspace as users.list shows them, written as JSON text directly: a page of 999 is made for less
// than its parsing costs. The key sets are those of Slack: an active human, a deactivated one (whose flags, colour and
// time zone are gone), a bot, a stranger (without admin flags), Slackbot.
import type { Viewer } from "../Workspace.ts"
import { asciiJson } from "./asciiJson.ts"
import { choose, type Hash } from "./hash.ts"
import { factsOf, type MemberKind, type Quirk } from "./memberKinds.ts"
import type { PersonName } from "./names.ts"

/** All that a member's JSON is made from. */
export interface SeededMember {
  readonly id: string
  readonly teamId: string
  readonly index: number
  readonly kind: MemberKind
  readonly quirk: Quirk
  readonly name: PersonName
  readonly botId: string
  readonly appId: string
  readonly guestInvitedBy: string
  readonly emailDomain: string
  /** Decides colours, zones, titles and second factors. */
  readonly hash: Hash
}

const colours = ["9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c"]
const zones = [
  { tz: "Europe/Berlin", label: "Central European Time", offset: 3600, locale: "de-DE" },
  { tz: "America/Los_Angeles", label: "Pacific Standard Time", offset: -28_800, locale: "en-US" },
  { tz: "Asia/Kolkata", label: "India Standard Time", offset: 19_800, locale: "en-GB" },
  { tz: "Asia/Tokyo", label: "Japan Standard Time", offset: 32_400, locale: "ja-JP" },
]
const titles = ["Engineer", "Site Reliability", "Chef d’équipe", "営業", "CFO", "Contractor", "People & Culture"]
const statuses = [
  ["", ""],
  ["", ""],
  ["", ""],
  ["in a meeting", ":calendar:"],
  ["on leave", ":palm_tree:"],
] as const
const pictures = [24, 32, 48, 72, 192, 512]

/** Slack leaves an empty value out, or writes null or "": all three occur. */
const title = (draw: number): string => {
  const shape = draw % 6
  if (shape === 0) return ""
  return shape === 1
    ? '"title":null,'
    : shape === 2
      ? '"title":"",'
      : `"title":${asciiJson(choose(titles, draw >>> 8))},`
}

const profileJson = (member: SeededMember, viewer: Viewer, draw: number): string => {
  const { name, kind, quirk, teamId } = member
  const full = asciiJson(name.full)
  const display = asciiJson(name.handle)
  const [statusText, statusEmoji] = choose(statuses, draw >>> 4)
  const avatar = `g${draw.toString(16).padStart(8, "0")}`
  const images = pictures
    .map((size) => `"image_${size}":"https://secure.gravatar.example/avatar/${avatar}.jpg?s=${size}"`)
    .join(",")
  const isBot = factsOf[kind].isBot
  const email =
    viewer.email && !isBot && quirk !== "noEmail" && kind !== "erased"
      ? `,"email":"member.${member.index}@${member.emailDomain}"`
      : ""
  const bot = isBot ? `,"bot_id":"${member.botId}","api_app_id":"${member.appId}","always_active":true` : ""
  const guest = factsOf[kind].isRestricted
    ? `,"guest_invited_by":"${member.guestInvitedBy}","guest_expiration_ts":${draw % 2 === 0 ? 0 : 1_900_000_000}`
    : ""
  return (
    `{${title(draw)}"phone":"","skype":"","real_name":${full},"real_name_normalized":${full},"display_name":${display},` +
    `"display_name_normalized":${display},"fields":null,"status_text":"${statusText}","status_emoji":"${statusEmoji}",` +
    `"status_emoji_display_info":[],"status_expiration":0,"avatar_hash":"${avatar}",${images},` +
    `"first_name":${asciiJson(name.first)},"last_name":${asciiJson(name.last)},"team":"${teamId}"${email}${bot}${guest}}`
  )
}

const flagsJson = (member: SeededMember, viewer: Viewer, draw: number): string => {
  const { kind } = member
  if (kind === "stranger") return `"is_stranger":true`
  const facts = factsOf[kind]
  const invited = facts.isInvited ? `,"is_invited_user":true` : ""
  const workflow = kind === "workflowBot" ? `,"is_workflow_bot":true` : ""
  const secure = draw % 3 !== 0
  const twoFactor =
    viewer.twoFactor && !facts.isBot
      ? `,"has_2fa":${secure}${secure ? `,"two_factor_type":"${draw % 2 === 0 ? "app" : "sms"}"` : ""}`
      : ""
  return (
    `"is_admin":${facts.isAdmin},"is_owner":${facts.isOwner},"is_primary_owner":${facts.isPrimaryOwner},` +
    `"is_restricted":${facts.isRestricted},"is_ultra_restricted":${facts.isUltraRestricted}${invited}${workflow}${twoFactor}`
  )
}

/** The member as JSON text, as far as the viewer may see it. */
export const memberJson = (member: SeededMember, viewer: Viewer): string => {
  const { kind, quirk, name } = member
  const facts = factsOf[kind]
  const draw = member.hash(member.index)
  const head =
    `{"id":"${member.id}","name":${asciiJson(name.handle)},"is_bot":${facts.isBot},` +
    `"updated":${1_600_000_000 + (draw % 100_000_000)},"is_app_user":${quirk === "appUser" || kind === "primaryOwner"},` +
    `"team_id":"${member.teamId}","deleted":${facts.deleted}`
  const profile = quirk === "noProfile" ? "" : `,"profile":${profileJson(member, viewer, draw)}`
  if (facts.deleted) return `${head}${kind === "erased" ? ',"is_forgotten":true' : ""}${profile}}`
  const zone = choose(zones, draw >>> 12)
  const locale = viewer.locale && kind !== "stranger" ? `,"locale":"${zone.locale}"` : ""
  return (
    `${head},"color":"${choose(colours, draw >>> 16)}","is_email_confirmed":${!facts.isInvited},` +
    `"real_name":${asciiJson(name.full)},"tz":"${zone.tz}","tz_label":"${zone.label}","tz_offset":${zone.offset}${locale},` +
    `${flagsJson(member, viewer, draw)},"who_can_share_contact_card":"EVERYONE"${profile}}`
  )
}

/** Slackbot: `is_bot` is false, it has no time zone, and was never updated. */
export const slackbotJson = (teamId: string): string =>
  JSON.stringify({
    id: "USLACKBOT",
    name: "slackbot",
    is_bot: false,
    updated: 0,
    is_app_user: false,
    team_id: teamId,
    deleted: false,
    color: "757575",
    is_email_confirmed: false,
    real_name: "Slackbot",
    tz: null,
    tz_label: "Pacific Standard Time",
    tz_offset: -28_800,
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    who_can_share_contact_card: "EVERYONE",
    profile: {
      title: "",
      phone: "",
      skype: "",
      real_name: "Slackbot",
      real_name_normalized: "Slackbot",
      display_name: "Slackbot",
      display_name_normalized: "Slackbot",
      fields: {},
      status_text: "",
      status_emoji: "",
      status_emoji_display_info: [],
      status_expiration: 0,
      avatar_hash: "sv41d8cd98f0",
      always_active: true,
      first_name: "slackbot",
      last_name: "",
      team: teamId,
    },
  })
