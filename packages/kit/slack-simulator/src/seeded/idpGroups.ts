// IdP groups of a seeded workspace: who is in them is a pure function of seed and index. Only those are members who may be
// added by SCIM (no guest, bot or deactivated account), apart from a ghost now and then.
import { choose, type Hash } from "./hash.ts"
import { factsOf, type MemberKind } from "./memberKinds.ts"
import { spread } from "./spread.ts"

export type IdpGroupKind = "plain" | "ghost" | "empty"

/** How many a group asks for, before those go who may not be members: no group lists more than 500. */
const fewest = 12
const range = 488

/** The first groups show every kind once; of later ones one in twenty is empty, one in twenty has a ghost. */
const showcase: ReadonlyArray<IdpGroupKind> = ["plain", "ghost", "empty"]

export const idpGroupKindAt = (index: number, hash: Hash): IdpGroupKind =>
  showcase[index] ?? (["empty", "ghost"] as const)[hash(index) % 20] ?? "plain"

const topics = [
  "okta: everyone/all",
  "Engineering",
  "entra:sales-emea",
  "情報システム",
  "Vertrieb & Söhne",
  "role:admin:prod",
  "فريق الدعم",
  "<SSO> users",
]

export const idpGroupNameAt = (index: number, hash: Hash): string =>
  `${index < topics.length ? topics[index]! : choose(topics, hash(index))} ${index}`

const mayJoin = (kind: MemberKind): boolean => {
  const { deleted, isBot, isRestricted, isStranger } = factsOf[kind]
  return !(deleted || isBot || isRestricted || isStranger)
}

/** Indexes of a group's members among `count`; `ghost` stands for the ghost of a group that has one. */
export const idpGroupMembersAt = (
  index: number,
  kind: IdpGroupKind,
  count: number,
  hash: Hash,
  kindOf: (index: number) => MemberKind,
): ReadonlyArray<number | "ghost"> => {
  if (kind === "empty" || count === 0) return []
  const members = spread(hash(index), fewest, range, count).filter((member) => mayJoin(kindOf(member)))
  return kind === "ghost" ? [...members, "ghost"] : members
}
