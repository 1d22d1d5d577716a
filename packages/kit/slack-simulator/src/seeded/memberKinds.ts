// Which kinds of member a seeded workspace has, and how often. The first members show every kind once, so that a small
// workspace has every oddity too; from there on the shares below decide.
import { type MemberFacts, nobody } from "../Workspace.ts"
import type { Hash } from "./hash.ts"

export type MemberKind =
  | "primaryOwner"
  | "owner"
  | "admin"
  | "member"
  | "multiChannelGuest"
  | "singleChannelGuest"
  | "invited"
  | "invitedGuest"
  | "bot"
  | "workflowBot"
  | "deactivated"
  | "deactivatedBot"
  | "erased"
  | "stranger"

/** What is odd about a member apart from its kind. */
export type Quirk = "none" | "noEmail" | "noProfile" | "longName" | "hostileName" | "appUser"

/** Owner flags are cumulative: a primary owner is an owner and an admin as well. Deactivated people have no flags. */
export const factsOf: Record<MemberKind, MemberFacts> = {
  primaryOwner: { ...nobody, isPrimaryOwner: true, isOwner: true, isAdmin: true },
  owner: { ...nobody, isOwner: true, isAdmin: true },
  admin: { ...nobody, isAdmin: true },
  member: nobody,
  multiChannelGuest: { ...nobody, isRestricted: true },
  singleChannelGuest: { ...nobody, isRestricted: true, isUltraRestricted: true },
  invited: { ...nobody, isInvited: true },
  invitedGuest: { ...nobody, isInvited: true, isRestricted: true },
  bot: { ...nobody, isBot: true },
  workflowBot: { ...nobody, isBot: true },
  deactivated: { ...nobody, deleted: true },
  deactivatedBot: { ...nobody, deleted: true, isBot: true },
  erased: { ...nobody, deleted: true },
  stranger: { ...nobody, isStranger: true },
}

/** The indexes of the first primary owner, owner and admin; they and the app's bot stand below `leadersEnd`. */
export const leaders = { primaryOwner: 0, owner: 2, admin: 3 } as const
export const leadersEnd = 4

/** The index of the app's own bot user: it exists in every workspace of two members or more. */
export const callingBot = 1

const showcase: ReadonlyArray<readonly [MemberKind, Quirk]> = [
  ["primaryOwner", "none"],
  ["bot", "none"],
  ["owner", "none"],
  ["admin", "none"],
  ["member", "none"],
  ["multiChannelGuest", "none"],
  ["singleChannelGuest", "none"],
  ["invited", "none"],
  ["invitedGuest", "none"],
  ["deactivated", "none"],
  ["deactivatedBot", "none"],
  ["erased", "none"],
  ["stranger", "none"],
  ["workflowBot", "none"],
  ["member", "noEmail"],
  ["member", "noProfile"],
  ["member", "longName"],
  ["member", "hostileName"],
  ["member", "appUser"],
]

/** Shares per ten thousand; the rest are members. */
const shares: ReadonlyArray<readonly [MemberKind, number]> = [
  ["deactivated", 1200],
  ["multiChannelGuest", 300],
  ["bot", 200],
  ["singleChannelGuest", 200],
  ["invited", 150],
  ["deactivatedBot", 60],
  ["invitedGuest", 20],
  ["workflowBot", 10],
  ["erased", 10],
  ["stranger", 5],
]

/** Owners and admins are found among the first thousand alone: even a workspace of a million has few. */
export const leadership = 1000
const leaderShares: ReadonlyArray<readonly [MemberKind, number]> = [
  ["admin", 300],
  ["owner", 70],
]

const quirks: ReadonlyArray<readonly [Quirk, number]> = [
  ["noEmail", 100],
  ["appUser", 100],
  ["noProfile", 10],
  ["longName", 10],
  ["hostileName", 5],
]

const drawn = <A>(table: ReadonlyArray<readonly [A, number]>, draw: number, otherwise: A): A => {
  let rest = draw
  for (const [value, share] of table) {
    if (rest < share) return value
    rest -= share
  }
  return otherwise
}

/** The kind of the member at an index. */
export const kindAt = (index: number, hash: Hash): MemberKind => {
  const shown = showcase[index]
  if (shown !== undefined) return shown[0]
  const draw = hash(index) % 10_000
  return drawn(shares, draw, index < leadership ? drawn(leaderShares, 9_999 - draw, "member") : "member")
}

/** What is odd about the member at an index. */
export const quirkAt = (index: number, hash: Hash): Quirk =>
  showcase[index]?.[1] ?? drawn(quirks, hash(index) % 10_000, "none")

/** The kind of a member whose deactivation SCIM has changed: deactivated people have no flags, and get none back. */
export const kindWhen = (kind: MemberKind, deleted: boolean): MemberKind => {
  const facts = factsOf[kind]
  if (facts.deleted === deleted) return kind
  // SCIM deactivates no bots.
  if (deleted) return "deactivated"
  return facts.isBot ? "bot" : "member"
}
