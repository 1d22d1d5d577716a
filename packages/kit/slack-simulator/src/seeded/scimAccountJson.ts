// Accounts of a seeded workspace as SCIM shows them, written as JSON text directly, with the key sets of Slack's replies:
// addresses, extensions and the like stand only where there are such data.
import type { AccountState } from "../scim/ScimDirectory.ts"
import { locationOf, type ScimVersion, urns } from "../scim/schemas.ts"
import { asciiJson } from "./asciiJson.ts"
import { choose } from "./hash.ts"
import type { SeededMember } from "./memberJson.ts"
import { factsOf } from "./memberKinds.ts"

/** SCIM's user names are unique, unlike the handles of users.list: the local part of the address. */
export const userNameOf = ({ index }: SeededMember): string => `member.${index}`

/** Bots have no address, or one of Slack's. */
export const emailOf = (member: SeededMember): string => {
  const { index, kind, quirk, botId, emailDomain } = member
  if (factsOf[kind].isBot) return index % 2 === 0 ? "" : `${botId.toLowerCase()}@slack-bots.com`
  return quirk === "noEmail" || kind === "erased" ? "" : `member.${index}@${emailDomain}`
}

const titles = ["Engineer", "Chef d’équipe", "営業", "CFO", "Contractor"]
const departments = ["R&D", "Finance", "Support", "人事"]
const zones = ["Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Asia/Tokyo"]

const enterpriseJson = ({ guestInvitedBy }: SeededMember, version: ScimVersion, draw: number): string =>
  `,"${urns[version].enterprise}":{"employeeNumber":"${draw % 100_000}","costCenter":"CC-${draw % 90}",` +
  `"organization":"Simulated","division":"${draw % 2 === 0 ? "EMEA" : ""}",` +
  `"department":${asciiJson(choose(departments, draw >>> 3))},"manager":{"managerId":"${guestInvitedBy}"}}`

/** What only some accounts have. Some guests have no extension, as older replies showed. */
const rareJson = (member: SeededMember, version: ScimVersion, draw: number): string => {
  let json = ""
  if (draw % 3 === 0) json += enterpriseJson(member, version, draw)
  if (draw % 5 === 0) json += `,"userType":"${draw % 2 === 0 ? "Employee" : "Contractor"}"`
  if (draw % 7 === 0) json += `,"roles":[{"value":"Tech Lead","primary":true}]`
  if (draw % 8 === 0) json += `,"phoneNumbers":[{"value":"+49 30 ${draw % 1_000_000}","type":"work","primary":true}]`
  if (draw % 9 === 0) json += `,"${urns[version].profile}":{"startDate":"2021-03-0${1 + (draw % 9)}"}`
  if (factsOf[member.kind].isRestricted && draw % 4 !== 3) {
    json += `,"${urns[version].guest}":{"type":"multi","expiration":"2030-01-0${1 + (draw % 9)}T00:00:00Z"}`
  }
  return json
}

/** The account as JSON text. */
export const scimAccountJson = (
  member: SeededMember,
  version: ScimVersion,
  { active, groups }: AccountState,
): string => {
  const { id, name, index, emailDomain } = member
  const draw = member.hash(index)
  const userName = userNameOf(member)
  const day = String(1 + (index % 28)).padStart(2, "0")
  const memberships = groups.map(({ value, display }) => `{"value":"${value}","display":${asciiJson(display)}}`)
  return (
    `{"schemas":["${urns[version].user}"],"id":"${id}","externalId":"","meta":{"created":"2021-05-${day}T08:09:10-07:00",` +
    `"location":"${locationOf(version, "Users", id)}"},"userName":"${userName}","nickName":"${userName}",` +
    `"name":{"givenName":${asciiJson(name.first)},"familyName":${asciiJson(name.last)}},` +
    `"displayName":${asciiJson(name.handle)},"profileUrl":"https://${emailDomain}/team/${userName}",` +
    `"title":${draw % 4 === 0 ? '""' : asciiJson(choose(titles, draw >>> 5))},"timezone":"${choose(zones, draw >>> 12)}",` +
    `"active":${active},"emails":[{"value":"${emailOf(member)}","primary":true}],` +
    `"photos":[{"value":"https://secure.gravatar.example/avatar/${draw.toString(16)}.jpg","type":"photo"}],` +
    `"groups":[${memberships.join(",")}]${rareJson(member, version, draw)}}`
  )
}
