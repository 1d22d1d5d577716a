// A member of `usergroups.list`: the fields that connectors read.
// Source: https://docs.slack.dev/reference/objects/usergroup-object
import { Count, Id, readable, Text } from "@rollcall/api-client"
import { Schema } from "effect"

/** A user group as Slack sends it, with `null` in the place of a member's id that cannot be read. */
export const SlackUserGroupRecord = Schema.Struct({
  id: Id,
  name: Text,
  handle: Text,
  /** Seconds since the epoch; other than 0 where the group is disabled. */
  date_delete: Count,
  /** Present only with `include_users`; `null` where it is not a list. A group without it is not an empty group. */
  users: Schema.optionalKey(readable(Schema.Array(readable(Id)))),
  /** Present only with `include_count`. Slack writes it as text in places, and counts by rules of its own. */
  user_count: Count,
})

/** A user group. An id of a member may name an account that no list shows. */
export interface SlackUserGroup extends Omit<typeof SlackUserGroupRecord.Type, "users"> {
  readonly users?: ReadonlyArray<string> | null
}

/**
 * Whether the group says who is in it: an empty list that Slack counts members of does not.
 * Source: https://docs.slack.dev/reference/methods/usergroups.list
 */
export const tellsMembers = ({ users, user_count: count }: Pick<SlackUserGroup, "users" | "user_count">): boolean =>
  users !== undefined && users !== null && (users.length > 0 || (count ?? 0) <= 0)

/** The group without the ids that cannot be read, and how many those are. */
export const withReadableMembers = (
  record: typeof SlackUserGroupRecord.Type,
): { readonly group: SlackUserGroup; readonly rejected: number } => {
  const { users, ...group } = record
  if (users === undefined || users === null)
    return { group: { ...group, ...(users === null ? { users } : {}) }, rejected: 0 }
  const readableUsers = users.filter((user) => user !== null)
  return { group: { ...group, users: readableUsers }, rejected: users.length - readableUsers.length }
}
