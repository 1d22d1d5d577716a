// User groups of a seeded workspace: their kinds, and who is in them. Membership lists are bounded, and computed from the
// group's index when asked for.
import { choose, type Hash } from "./hash.ts"
import { factsOf, leadership, type MemberKind } from "./memberKinds.ts"

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

/** A stride that visits every one of `count` members once: the first above the wish that shares no factor with `count`. */
const strideFor = (wish: number, count: number): number => {
  const share = (a: number, b: number): number => (b === 0 ? a : share(b, a % b))
  let stride = 1 + (wish % count)
  while (share(stride, count) !== 1) stride += 1
  return stride
}

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
  const draw = hash(index)
  // Squared, so that most groups are small and few are near the bound.
  const part = (draw % 1000) / 1000
  const size = Math.min(count, 1 + Math.floor(part * part * largestGroup))
  const stride = strideFor(draw >>> 8, count)
  const members = Array.from({ length: size }, (_, step) => (draw + step * stride) % count)
  return kind === "ghost" ? [...members.slice(0, largestGroup - 1), count + index] : members
}
