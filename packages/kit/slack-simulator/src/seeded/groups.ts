// User groups of a seeded workspace: their kinds, and who is in them. Membership lists are bounded, and computed from the
// group's index when asked for.
import { choose, type Hash } from "./hash.ts"
import { factsOf, leadership, type MemberKind } from "./memberKinds.ts"
import { spread } from "./spread.ts"

export type GroupKind = "admins" | "owners" | "disabled" | "empty" | "ghost" | "plain"

/** No group lists more members than this. */
const largestGroup = 500

/** As with members, the first groups show every kind once. */
const showcase: ReadonlyArray<GroupKind> = ["admins", "owners", "plain", "ghost", "disabled", "empty"]

/** The kind of the group at an index: later ones are disabled, empty, or hold a ghost, one in twenty each. */
export const groupKindAt = (index: number, hash: Hash): GroupKind => {
  const draw = hash(index) % 20
  return showcase[index] ?? (["disabled", "empty", "ghost"] as const)[draw] ?? "plain"
}

const topics = [
  "Engineering",
  "Customer Success",
  "セキュリティ",
  "Ventas – LATAM",
  "R&D",
  "Bürger:innenrat",
  "مبيعات",
  "On-call",
  '"Skunkworks" <alpha>',
  "Équipe données",
]
/** A name that may occur more than once without its number. */
export const groupNameAt = (index: number, kind: GroupKind, hash: Hash): string =>
  kind === "admins" ? "Team Admins" : kind === "owners" ? "Team Owners" : `${choose(topics, hash(index))} ${index}`

/**
 * Indexes of a group's members; of `count` itself and above: a ghost, an id that no list shows. The groups that Slack
 * keeps hold exactly the admins and owners.
 */
export const groupMembersAt = (
  index: number,
  kind: GroupKind,
  count: number,
  hash: Hash,
  kindOf: (index: number) => MemberKind,
): ReadonlyArray<number> => {
  if (kind === "empty" || count === 0) return []
  if (kind === "admins" || kind === "owners") {
    const flag = kind === "admins" ? "isAdmin" : "isOwner"
    return Array.from({ length: Math.min(count, leadership) }, (_, member) => member).filter(
      (member) => factsOf[kindOf(member)][flag],
    )
  }
  const members = spread(hash(index), 1, largestGroup, count)
  return kind === "ghost" ? [...members.slice(0, largestGroup - 1), count + index] : members
}
