// A workspace as `team.info` shows it: the fields that connectors read. It does not tell the plan.
// Source: https://docs.slack.dev/reference/methods/team.info
import { Schema } from "effect"
import { Id, Text } from "./lenient.ts"

/** A workspace. */
export const SlackTeam = Schema.Struct({ id: Id, name: Text, domain: Text })
export type SlackTeam = typeof SlackTeam.Type
