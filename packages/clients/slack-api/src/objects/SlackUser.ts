// A member of `users.list`, or the `user` of `users.info`: the fields that connectors read.
// Source: https://docs.slack.dev/reference/objects/user-object
import { Count, Flag, Id, readable, Text } from "@rollcall/api-client"
import { Schema } from "effect"

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
 * A person, guest or bot. Slack leaves all role flags out for a deactivated account: an absent flag does not say that
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
