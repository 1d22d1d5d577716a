// What may not be written about an account, and who may not write it. https://docs.slack.dev/reference/scim-api
import type { MemberFacts } from "../Workspace.ts"
import { isObject, type JsonObject, textOf } from "./json.ts"
import type { ScimCall } from "./ScimCall.ts"
import type { ScimAccount } from "./ScimDirectory.ts"
import type { ScimErrorCode } from "./scimError.ts"

const ranks = { admin: 1, owner: 2, primaryOwner: 3 } as const
const rankOf = ({ isPrimaryOwner, isOwner, isAdmin }: MemberFacts): number =>
  isPrimaryOwner ? ranks.primaryOwner : isOwner ? ranks.owner : isAdmin ? ranks.admin : 0

/** Whether this token may set `active` on the account, or write to it at all. */
export const forbidden = (
  { settings }: ScimCall,
  { facts }: ScimAccount,
  active: boolean,
): ScimErrorCode | undefined => {
  if (rankOf(facts) > ranks[settings.userTokenRank]) return "cannot_modify_owner"
  if (active || facts.deleted) return undefined
  if (facts.isPrimaryOwner) return "cannot_disable_primary_owner"
  return facts.isBot ? "cannot_disable_bot_user_with_scim" : undefined
}

const longestUserName = 21

/** The user name as Slack keeps it: of an address its local part. */
export const userNameOf = (resource: JsonObject): string => textOf(resource["userName"]).split("@")[0]!

/** What is wrong with the resource as it would be. A user name that stays as it is may be odd: files have such. */
export const misshapen = (resource: JsonObject, before: JsonObject): ScimErrorCode | undefined => {
  if (typeof resource["active"] !== "boolean") return "invalid_attribute_format"
  if (!isObject(resource["name"] ?? {}) || !Array.isArray(resource["emails"] ?? [])) return "invalid_attribute_format"
  const isNew = before["id"] === undefined
  if (!isNew && resource["userName"] === before["userName"]) return undefined
  const userName = userNameOf(resource)
  if (userName === "") return "username_required"
  return userName.length > longestUserName ? "username_too_long" : undefined
}
