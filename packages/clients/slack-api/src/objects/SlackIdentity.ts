// Who a token is, as `auth.test` says. Source: https://docs.slack.dev/reference/methods/auth.test
import { Count, Flag, Id, Text } from "@rollcall/api-client"
import { Schema } from "effect"

/** The body of `auth.test`. */
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
