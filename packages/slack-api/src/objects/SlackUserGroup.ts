// A member of `usergroups.list`. Source: https://docs.slack.dev/reference/objects/usergroup-object
import { Schema } from "effect"
import { Count, CountOrText, Flag, Id, maybe, Text } from "./lenient.ts"

/** A user group. Ids of members are texts as Slack gives them; one can be empty or name an account that no list shows. */
export const SlackUserGroup = Schema.Struct({
  id: Id,
  team_id: Text,
  name: Text,
  handle: Text,
  description: Text,
  /** Seconds since the epoch. */
  date_create: Count,
  date_update: Count,
  /** Other than 0 where the group is disabled. */
  date_delete: Count,
  /** `admin` or `owner` for a group that Slack itself maintains. */
  auto_type: Text,
  auto_provision: Flag,
  created_by: Text,
  updated_by: Text,
  deleted_by: Text,
  is_external: Flag,
  is_idp_group: Flag,
  is_visible: Flag,
  is_membership_locked: Flag,
  is_org_level: Flag,
  enterprise_subteam_id: Text,
  /** Present only with `include_users`. */
  users: maybe(Schema.Array(Schema.String)),
  /** Present only with `include_count`; a number or, in the documentation, a text. */
  user_count: CountOrText,
  channel_count: CountOrText,
})
export type SlackUserGroup = typeof SlackUserGroup.Type
