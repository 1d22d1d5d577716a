// A workspace as `team.info` shows it: the fields that connectors read. It does not name the plan.
// Source: https://docs.slack.dev/reference/methods/team.info
import { Id, Text } from "@rollcall/api-client"
import { Schema } from "effect"

/** A workspace. */
export const SlackTeam = Schema.Struct({ id: Id, name: Text, domain: Text })
export type SlackTeam = typeof SlackTeam.Type
