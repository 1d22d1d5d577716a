// /Groups: members stand inline, and each write is held against Slack's rules on who may be a member.
// https://docs.slack.dev/reference/scim-api
import { readFilter } from "./filter.ts"
import { type JsonObject, textOf } from "./json.ts"
import { listPage } from "./lists.ts"
import { patchV1 } from "./patch/patchV1.ts"
import { namedInV2, patchV2 } from "./patch/patchV2.ts"
import { noContent, refused, type ScimAnswer, type ScimCall } from "./ScimCall.ts"
import type { ScimErrorCode } from "./scimError.ts"
import { valuesIn } from "./schemas.ts"

/** No call may name more. */
const mostUsersPerCall = 15_000

export const listGroups = (call: ScimCall): ScimAnswer => {
  const { groups, query, version } = call
  const filter = query.get("filter")
  const page = (ids: ReadonlyArray<string>) =>
    listPage(call, ids.length, (position) => groups.json(ids[position]!, version), "no_such_group")
  if (filter === null) return page(groups.ids())
  const isWanted = readFilter<string>(filter, { id: (id) => id, displayname: groups.name })
  return typeof isWanted === "string" ? refused(isWanted) : page(groups.ids().filter(isWanted))
}

const shown = ({ groups, version }: ScimCall, id: string, status: 200 | 201): ScimAnswer => ({
  ok: true,
  status,
  body: groups.json(id, version),
})

export const getGroup = (call: ScimCall): ScimAnswer =>
  call.groups.has(call.id) ? shown(call, call.id, 200) : refused("no_such_group")

/** Why the members may not become these. Who is a member already stays one, whatever became of the account. */
const forbidden = (
  { accounts, settings }: ScimCall,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): ScimErrorCode | undefined => {
  const added = [...after].filter((member) => !before.has(member))
  for (const member of added) {
    const account = accounts.find(member)
    if (account === undefined) return "no_such_group_members"
    const { deleted, isRestricted, isUltraRestricted } = account.facts
    if (deleted || isRestricted || isUltraRestricted) return "unable_to_add_deleted_or_guest_to_group"
  }
  return added.length > 0 && after.size > settings.groupMemberCap ? "group_member_max_exceeded" : undefined
}

/** The members that a list in a request names; undefined when it is no list of members. */
const membersOf = (list: unknown): ReadonlySet<string> | undefined => {
  const members = valuesIn(list)
  return Array.isArray(list) && list.length === members.length ? new Set(members) : undefined
}

const write = (call: ScimCall, after: JsonObject): ScimErrorCode | undefined => {
  const { groups, id } = call
  const members = membersOf(after["members"] ?? [])
  const displayName = after["displayName"] ?? groups.name(id)
  if (members === undefined || typeof displayName !== "string") return "invalid_attribute_format"
  if (displayName === "") return "invalid_name_required"
  const why = forbidden(call, new Set(groups.members(id)), members)
  if (why === undefined) groups.change(id, { displayName, members })
  return why
}

const named = ({ version, body }: ScimCall, isPatch: boolean): number =>
  isPatch && version === "v2" ? namedInV2(body) : valuesIn(body["members"]).length

export const patchGroup = (call: ScimCall): ScimAnswer => {
  const { groups, id, body, version, settings } = call
  if (!groups.has(id)) return refused("no_such_group")
  if (named(call, true) > mostUsersPerCall) return refused("too_many_users")
  const before = { displayName: groups.name(id), members: groups.members(id).map((value) => ({ value })) }
  const after = version === "v1" ? patchV1(before, body) : patchV2(before, body, settings.removeWithValue)
  if (typeof after === "string") return refused(after)
  const wrong = write(call, after)
  if (wrong !== undefined) return refused(wrong)
  // v1 was seen to answer without a body; v2 is documented with one.
  return version === "v1" || settings.groupPatchReply === 204 ? noContent : shown(call, id, 200)
}

/** Without members it empties the group. */
export const replaceGroup = (call: ScimCall): ScimAnswer => {
  const { groups, id, body } = call
  if (!groups.has(id)) return refused("no_such_group")
  if (!Array.isArray(body["schemas"])) return refused("missing_schema_element")
  if (named(call, false) > mostUsersPerCall) return refused("too_many_users")
  const wrong = write(call, body)
  return wrong === undefined ? shown(call, id, 200) : refused(wrong)
}

export const createGroup = (call: ScimCall): ScimAnswer => {
  const { groups, body, now } = call
  if (!Array.isArray(body["schemas"])) return refused("missing_schema_element")
  const displayName = textOf(body["displayName"])
  if (displayName === "") return refused("invalid_name_required")
  if (named(call, false) > mostUsersPerCall) return refused("too_many_users")
  const members = membersOf(body["members"] ?? [])
  if (members === undefined) return refused("invalid_attribute_format")
  const why = forbidden(call, new Set(), members)
  if (why !== undefined) return refused(why)
  return shown(call, groups.create(displayName, members, new Date(now).toISOString()), 201)
}

/** For good: afterwards the group is not found. */
export const deleteGroup = ({ groups, id }: ScimCall): ScimAnswer => {
  if (!groups.has(id)) return refused("no_such_group")
  groups.delete(id)
  return noContent
}
