// /Users: who is listed, and what may be written about whom. https://docs.slack.dev/reference/scim-api
import { forbidden, misshapen, userNameOf } from "./accountRules.ts"
import { type Filterable, readFilter } from "./filter.ts"
import type { JsonObject } from "./json.ts"
import { listPage } from "./lists.ts"
import { patchV1 } from "./patch/patchV1.ts"
import { patchV2 } from "./patch/patchV2.ts"
import { noContent, refused, type ScimAnswer, type ScimCall } from "./ScimCall.ts"
import type { ScimAccount } from "./ScimDirectory.ts"
import type { ScimErrorCode } from "./scimError.ts"
import { locationOf, primaryEmail, urns } from "./schemas.ts"

const flag = (holds: boolean) => String(Number(holds))

const filterable: Filterable<ScimAccount> = {
  id: ({ id }) => id,
  username: ({ userName }) => userName,
  displayname: ({ displayName }) => displayName,
  email: ({ email }) => email,
  emails: ({ email }) => email,
  "emails.value": ({ email }) => email,
  active: ({ facts }) => flag(!facts.deleted),
  restricted: ({ facts }) => flag(facts.isRestricted),
  ultra_restricted: ({ facts }) => flag(facts.isUltraRestricted),
}

const jsonOf = ({ accounts, groups, version }: ScimCall, id: string): string =>
  accounts.json(id, version, groups.ofAccount(id))

/** Everybody of users.list but Slackbot and strangers, deactivated people and bots included. */
export const listUsers = (call: ScimCall): ScimAnswer => {
  const { accounts, query } = call
  const filter = query.get("filter")
  if (filter === null) {
    return listPage(call, accounts.count(), (position) => jsonOf(call, accounts.idAt(position)), "no_such_user")
  }
  const isWanted = readFilter(filter, filterable)
  if (typeof isWanted === "string") return refused(isWanted)
  const found: Array<string> = []
  for (let position = 0; position < accounts.count(); position++) {
    const account = accounts.find(accounts.idAt(position))
    if (account !== undefined && isWanted(account)) found.push(account.id)
  }
  return listPage(call, found.length, (position) => jsonOf(call, found[position]!), "no_such_user")
}

export const getUser = (call: ScimCall): ScimAnswer =>
  call.accounts.find(call.id) === undefined
    ? refused("no_such_user")
    : { ok: true, status: 200, body: jsonOf(call, call.id) }

/** Deactivated people lose their groups at once, and do not get them back. */
const setActive = ({ accounts, groups, now }: ScimCall, { id, facts }: ScimAccount, active: boolean): void => {
  if (active === !facts.deleted) return
  accounts.setActive(id, active, now)
  if (!active) groups.removeEverywhere(id)
}

/** With `active` as a boolean where it is text: Entra ID writes "True" and "False" unless told otherwise. */
const withActive = (resource: JsonObject): JsonObject => {
  const { active } = resource
  if (typeof active !== "string" || !/^(?:true|false)$/iu.test(active)) return resource
  return { ...resource, active: active.toLowerCase() === "true" }
}

/** What a writer cannot change, as it was. */
const kept = (before: JsonObject, after: JsonObject): JsonObject => {
  const { groups: _, active: __, password: ___, ...changed } = after
  return {
    ...changed,
    ...Object.fromEntries(["schemas", "id", "externalId", "meta"].map((key) => [key, before[key]!])),
  }
}

const write = (call: ScimCall, account: ScimAccount, before: JsonObject, written: JsonObject): ScimAnswer => {
  const after = withActive(written)
  const wrong = misshapen(after, before)
  if (wrong !== undefined) return refused(wrong)
  const active = after["active"] === true
  const why = forbidden(call, account, active)
  if (why !== undefined) return refused(why)
  const renamed = after["userName"] === before["userName"] ? {} : { userName: userNameOf(after) }
  const changed = { ...kept(before, after), ...renamed }
  if (JSON.stringify(kept(before, before)) !== JSON.stringify(changed)) call.accounts.setResource(account.id, changed)
  setActive(call, account, active)
  return { ok: true, status: 200, body: jsonOf(call, account.id) }
}

/** The resource with `active` as it is, which may not show yet. */
const resourceOf = ({ accounts }: ScimCall, { id, facts }: ScimAccount): JsonObject => ({
  ...accounts.resource(id),
  active: !facts.deleted,
})

export const patchUser = (call: ScimCall): ScimAnswer => {
  const account = call.accounts.find(call.id)
  if (account === undefined) return refused("no_such_user")
  const before = resourceOf(call, account)
  const { version, body, settings } = call
  const after = version === "v1" ? patchV1(before, body) : patchV2(before, body, settings.removeWithValue)
  return typeof after === "string" ? refused(after) : write(call, account, before, after)
}

/** What is missing is blanked, `active` too: Slack's own example without it comes back deactivated. */
export const replaceUser = (call: ScimCall): ScimAnswer => {
  const account = call.accounts.find(call.id)
  if (account === undefined) return refused("no_such_user")
  if (!Array.isArray(call.body["schemas"])) return refused("missing_schema_element")
  return write(call, account, resourceOf(call, account), { active: false, ...call.body })
}

/** Deletes nobody: it deactivates, as often as it is asked to. */
export const deleteUser = (call: ScimCall): ScimAnswer => {
  const account = call.accounts.find(call.id)
  if (account === undefined) return refused("no_such_user")
  const why = forbidden(call, account, false)
  if (why !== undefined) return refused(why)
  setActive(call, account, false)
  return noContent
}

const taken = ({ accounts }: ScimCall, userName: string, email: string): ScimErrorCode | undefined => {
  for (let position = 0; position < accounts.count(); position++) {
    const account = accounts.find(accounts.idAt(position))
    if (account?.userName === userName) return "username_taken"
    if (account?.email === email) return "email_taken"
  }
  return undefined
}

/** What a created account's resource holds before anything is said about it. */
const blank = (id: string, userName: string, now: number): JsonObject => ({
  schemas: [urns.v2.user],
  id,
  externalId: "",
  meta: { created: new Date(now).toISOString(), location: locationOf("v2", "Users", id) },
  userName,
  nickName: userName,
  name: { givenName: "", familyName: "" },
  displayName: userName,
  profileUrl: "",
  title: "",
  timezone: "America/Los_Angeles",
  emails: [],
  photos: [],
})

export const createUser = (call: ScimCall): ScimAnswer => {
  const { accounts, now } = call
  const body = withActive(call.body)
  if (!Array.isArray(body["schemas"])) return refused("missing_schema_element")
  const wrong = misshapen({ active: true, ...body }, {})
  if (wrong !== undefined) return refused(wrong)
  const [userName, email] = [userNameOf(body), primaryEmail(body)]
  if (email === "") return refused("missing_primary_email")
  const clash = taken(call, userName, email)
  if (clash !== undefined) return refused(clash)
  const id = accounts.create((created) => {
    const before = blank(created, userName, now)
    return { ...kept(before, { ...before, ...body }), userName }
  })
  if (body["active"] === false) setActive(call, accounts.find(id)!, false)
  return { ok: true, status: 201, body: jsonOf(call, id) }
}
