// team.info and bots.info.
import { type Answer, type Call, refusal } from "./Call.ts"

/** The workspace; of `team` and `domain` it knows its own alone. No field tells the plan. */
export const teamInfo = ({ args, workspace }: Call): Answer => {
  const { id, domain } = workspace.team
  const isOther = (args.get("team") ?? id) !== id || (args.get("domain") ?? domain) !== domain
  return isOther ? refusal("team_not_found") : { ok: true, members: `"team":${workspace.teamJson}` }
}

/** `bot` is the B… id, which stands in the profile of the bot's user. */
export const botsInfo = ({ args, workspace }: Call): Answer => {
  const bot = workspace.botJson(args.get("bot") ?? "")
  return bot === undefined ? refusal("bot_not_found") : { ok: true, members: `"bot":${bot}` }
}
