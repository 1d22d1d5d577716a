// A workspace as `team.info` and `auth.teams.list` show it. Neither tells the plan.
// Source: https://docs.slack.dev/reference/methods/team.info
import { Schema } from "effect"
import { Flag, Id, Text } from "./lenient.ts"

/** A workspace. */
export const SlackTeam = Schema.Struct({
  id: Id,
  name: Text,
  domain: Text,
  email_domain: Text,
  url: Text,
  is_verified: Flag,
  /** Only in an Enterprise organisation. */
  enterprise_id: Text,
  enterprise_name: Text,
  enterprise_domain: Text,
})
export type SlackTeam = typeof SlackTeam.Type
