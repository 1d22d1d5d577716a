// Changes of a group, as data, and how each version writes them.
// Sources: https://docs.slack.dev/reference/scim-api, https://datatracker.ietf.org/doc/html/rfc7644#section-3.5.2
import type { ScimVersion } from "../dialect/ScimDialect.ts"
import { patchSchema, schemas } from "../dialect/ScimDialect.ts"

/** One change of a group. */
export type GroupChange =
  | { readonly change: "rename"; readonly displayName: string }
  | { readonly change: "addMembers"; readonly users: ReadonlyArray<string> }
  | { readonly change: "removeMembers"; readonly users: ReadonlyArray<string> }
  | { readonly change: "removeAllMembers" }

type Users = readonly [string, ...ReadonlyArray<string>]

/** Builds changes of a group. */
export const groupPatch = {
  rename: (displayName: string): GroupChange => ({ change: "rename", displayName }),
  addMembers: (...users: Users): GroupChange => ({ change: "addMembers", users }),
  removeMembers: (...users: Users): GroupChange => ({ change: "removeMembers", users }),
  /** Empties the group. */
  removeAllMembers: (): GroupChange => ({ change: "removeAllMembers" }),
}

const values = (users: ReadonlyArray<string>) => users.map((value) => ({ value }))

/**
 * The operations of RFC 7644. A member is removed by a filtered path, its id quoted: `remove` with the bare path `members`
 * empties the group at Slack and by the RFC, whatever value comes with it.
 */
const operationsOf = (change: GroupChange): ReadonlyArray<object> => {
  switch (change.change) {
    case "rename":
      return [{ op: "replace", path: "displayName", value: change.displayName }]
    case "addMembers":
      return [{ op: "add", path: "members", value: values(change.users) }]
    case "removeMembers":
      return change.users.map((user) => ({ op: "remove", path: `members[value eq ${JSON.stringify(user)}]` }))
    case "removeAllMembers":
      return [{ op: "remove", path: "members" }]
  }
}

/** The partial group of SCIM 1.1. */
const partialGroup = (changes: ReadonlyArray<GroupChange>): object => {
  const names = changes.flatMap((change) => (change.change === "rename" ? [change.displayName] : []))
  const members = changes.flatMap((change) => {
    if (change.change === "addMembers") return values(change.users)
    if (change.change === "removeMembers") return values(change.users).map((user) => ({ ...user, operation: "delete" }))
    return []
  })
  return {
    schemas: [schemas.v1.group],
    ...(names.length === 0 ? {} : { displayName: names.at(-1) }),
    ...(members.length === 0 ? {} : { members }),
    ...(changes.some(({ change }) => change === "removeAllMembers") ? { meta: { attributes: ["members"] } } : {}),
  }
}

/** The body of a PATCH of a group. */
export const groupPatchBody = (version: ScimVersion, changes: ReadonlyArray<GroupChange>): object =>
  version === "v1" ? partialGroup(changes) : { schemas: [patchSchema], Operations: changes.flatMap(operationsOf) }
