// The `bot` of `bots.info`. Source: https://docs.slack.dev/reference/methods/bots.info
import { Schema } from "effect"
import { Count, Flag, Id, Text } from "./lenient.ts"

/** A bot, by its `B…` id, which a bot account carries in `profile.bot_id`. */
export const SlackBot = Schema.Struct({
  id: Id,
  name: Text,
  deleted: Flag,
  updated: Count,
  app_id: Text,
  user_id: Text,
})
export type SlackBot = typeof SlackBot.Type
