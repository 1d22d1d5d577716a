// Slack's objects: the fields that connectors read.
import { Count, Flag, Id, readable, Text } from "@rollcall/api-client"
import { Schema } from "effect"

/** The body of `auth.test`, who a token is. Source: https://docs.slack.dev/reference/methods/auth.test */
export const SlackIdentityBody = Schema.Struct({
  url: Text,
  team: Text,
  /** Absent for a token of a whole Enterprise organisation. */
  team_id: Text,
  user: Text,
  user_id: Id,
  /** Present for a bot token. */
  bot_id: Text,
  app_id: Text,
  app_name: Text,
  /** Present in an Enterprise organisation. */
  enterprise_id: Text,
  /** True for a token that is installed on a whole organisation in place of one workspace. */
  is_enterprise_install: Flag,
  /** Seconds until a rotating token expires. */
  expires_in: Count,
})

/** The body of `auth.test` and what its headers say. */
export interface SlackIdentity extends Schema.Schema.Type<typeof SlackIdentityBody> {
  /** The scopes that the token was granted, from the header `x-oauth-scopes`; absent where Slack did not send it. */
  readonly scopes?: ReadonlyArray<string>
}

/**
 * A workspace as `team.info` shows it. It does not name the plan.
 * Source: https://docs.slack.dev/reference/methods/team.info
 */
export const SlackTeam = Schema.Struct({ id: Id, name: Text, domain: Text })
export type SlackTeam = typeof SlackTeam.Type

/**
 * A user group as `usergroups.list` shows it, with `null` in the place of a member's id that cannot be read.
 * Source: https://docs.slack.dev/reference/objects/usergroup-object
 */
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

const SlackProfile = Schema.Struct({
  /** Absent without the scope `users:read.email`, and where the workspace hides addresses. */
  email: Text,
  real_name: Text,
  display_name: Text,
  first_name: Text,
  last_name: Text,
  title: Text,
  team: Text,
  status_text: Text,
  status_emoji: Text,
  /** Seconds since the epoch; 0 for a guest who stays. */
  guest_expiration_ts: Count,
})
export type SlackProfile = typeof SlackProfile.Type

/** What a person is in the whole organisation; sent where the workspace belongs to one, now and then empty. */
const SlackEnterpriseUser = Schema.Struct({
  /** The id of the person in the whole organisation, which other lists may use in place of `SlackUser.id`. */
  id: Schema.optionalKey(readable(Id)),
  is_admin: Flag,
  is_owner: Flag,
  is_primary_owner: Flag,
  /** The workspaces of the organisation that the person belongs to. */
  teams: Schema.optionalKey(readable(Schema.Array(readable(Id)))),
})
export type SlackEnterpriseUser = typeof SlackEnterpriseUser.Type

/**
 * A person, guest or bot: a member of `users.list`, or the `user` of `users.info`.
 * Source: https://docs.slack.dev/reference/objects/user-object. Slack leaves all role flags out for a deactivated account: an absent flag does not say that
 * it was never set.
 */
export const SlackUser = Schema.Struct({
  id: Id,
  team_id: Text,
  /** The legacy handle; neither unique nor stable. */
  name: Text,
  real_name: Text,
  /** Deactivated. */
  deleted: Flag,
  is_admin: Flag,
  is_owner: Flag,
  is_primary_owner: Flag,
  is_restricted: Flag,
  is_ultra_restricted: Flag,
  /** False for USLACKBOT. */
  is_bot: Flag,
  /** Bots of workflows and of connectors to other systems, which do not always have `is_bot`. */
  is_workflow_bot: Schema.optionalKey(readable(Schema.Boolean)),
  is_connector_bot: Schema.optionalKey(readable(Schema.Boolean)),
  /** Has authorised the calling app; says nothing of being an app. */
  is_app_user: Flag,
  is_invited_user: Flag,
  is_stranger: Flag,
  /** Shown to an admin's user token only. */
  has_2fa: Flag,
  two_factor_type: Text,
  tz: Text,
  profile: Schema.optionalKey(readable(SlackProfile)),
  enterprise_user: Schema.optionalKey(readable(SlackEnterpriseUser)),
})
export type SlackUser = typeof SlackUser.Type
