// The SCIM side of a seeded workspace: the members of users.list without Slackbot and strangers, accounts that SCIM alone
// knows, and IdP groups. Tables of whole numbers are all it keeps, made when first asked for.
import type { ScimDirectory } from "../scim/ScimDirectory.ts"
import { locationOf, urns } from "../scim/schemas.ts"
import { asciiJson } from "./asciiJson.ts"
import { idpGroupKindAt, idpGroupMembersAt, idpGroupNameAt } from "./idpGroups.ts"
import type { SeededMember } from "./memberJson.ts"
import { factsOf, type MemberKind } from "./memberKinds.ts"
import { membershipTable } from "./membershipTable.ts"
import { type Part, partOf } from "./partOf.ts"
import { emailOf, scimAccountJson, userNameOf } from "./scimAccountJson.ts"
import { seededMembers } from "./seededMembers.ts"

export interface DirectorySizes {
  readonly seed: number
  readonly users: number
  readonly userGroups: number
  readonly idpGroups: number
  readonly scimOnlyUsers: number
}

/** Indexes beyond those of any workspace's members and their groups' ghosts. */
const firstGhost = 2_000_000
const firstScimOnly = 3_000_000
const firstNewcomer = 4_000_000
const firstNewGroup = 1_000_000

/** Every fifth account that SCIM alone knows is deactivated. */
const scimOnlyKind = (number: number) => (number % 5 === 4 ? "deactivated" : "member")

/** Makes the directory of a seed. */
export const seededDirectory = (sizes: DirectorySizes): ScimDirectory => {
  const { seed, users, userGroups, idpGroups, scimOnlyUsers } = sizes
  const { hashOf, ids, kindOf, member } = seededMembers(seed)
  const [memberIds, groupIds] = [ids("U"), ids("S")]
  const [groupHash, kindHash, nameHash] = [hashOf("idp group"), hashOf("idp group kind"), hashOf("idp group name")]

  let listed: Part | undefined
  /** Those of users.list who are in /Users. */
  const accounts = (): Part => (listed ??= partOf(users, (index) => kindOf(index) !== "stranger"))
  const indexOf = (position: number): number =>
    position < accounts().count ? accounts().at(position) : firstScimOnly + position - accounts().count
  const positionOf = (id: string): number | undefined => {
    const index = memberIds.indexOf(id, firstScimOnly + scimOnlyUsers)
    if (index === undefined) return undefined
    return index < firstScimOnly ? accounts().positionOf(index) : accounts().count + index - firstScimOnly
  }
  const kindAt = (index: number): MemberKind =>
    index < firstScimOnly ? kindOf(index) : scimOnlyKind(index - firstScimOnly)
  const memberAt = (index: number): SeededMember => member(index, kindAt(index))

  const groupKind = (group: number) => idpGroupKindAt(group, kindHash)
  const memberIndexes = (group: number) => idpGroupMembersAt(group, groupKind(group), users, groupHash, kindOf)
  const groupName = (group: number) => idpGroupNameAt(group, nameHash)
  // User groups have the first ids of the space that both kinds of group share.
  const groupId = (group: number) => groupIds.idOf(userGroups + group)
  const groupsOf = membershipTable(users, idpGroups, memberIndexes)
  const displayOf = (id: string): string => {
    const position = positionOf(id)
    return position === undefined ? '""' : asciiJson(memberAt(indexOf(position)).name.handle)
  }

  return {
    get accountCount() {
      return accounts().count + scimOnlyUsers
    },
    accountId: (position) => memberIds.idOf(indexOf(position)),
    accountPosition: positionOf,
    account: (position) => {
      const found = memberAt(indexOf(position))
      return {
        id: found.id,
        userName: userNameOf(found),
        displayName: found.name.handle,
        email: emailOf(found),
        facts: factsOf[found.kind],
      }
    },
    accountIsActive: (position) => !factsOf[kindAt(indexOf(position))].deleted,
    accountJson: (position, version, state) => scimAccountJson(memberAt(indexOf(position)), version, state),
    accountGroups: (position) => groupsOf(indexOf(position)).map(groupId),
    groupCount: idpGroups,
    groupId,
    groupPosition: (id) => {
      const index = groupIds.indexOf(id, userGroups + idpGroups)
      return index === undefined || index < userGroups ? undefined : index - userGroups
    },
    groupName,
    groupMembers: (group) =>
      memberIndexes(group).map((index) => memberIds.idOf(index === "ghost" ? firstGhost + group : index)),
    groupJson: (group, version, { displayName, members }) => {
      const id = groupId(group)
      const list = members.map((value) => `{"value":${JSON.stringify(value)},"display":${displayOf(value)}}`).join(",")
      return (
        `{"schemas":["${urns[version].group}"],"id":"${id}","meta":{"created":"2022-02-02T02:02:02-08:00",` +
        `"location":"${locationOf(version, "Groups", id)}"},"displayName":${asciiJson(displayName)},"members":[${list}]}`
      )
    },
    newAccountId: (count) => memberIds.idOf(firstNewcomer + count),
    newGroupId: (count) => groupIds.idOf(firstNewGroup + count),
  }
}
