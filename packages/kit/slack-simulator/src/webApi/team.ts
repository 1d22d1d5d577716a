// team.info, team.billing.info and bots.info.
import { type Answer, type Call, enterpriseId, refusal } from "./Call.ts"

const enterprise = {
  enterprise_id: enterpriseId,
  enterprise_name: "Simulated Enterprise",
  enterprise_domain: "simulated-enterprise",
}

/** The workspace; of `team` and `domain` it knows its own alone. No field tells the plan. */
export const teamInfo = ({ args, workspace, settings }: Call): Answer => {
  const { id, domain } = workspace.team
  const isOther = (args.get("team") ?? id) !== id || (args.get("domain") ?? domain) !== domain
  if (isOther) return refusal("team_not_found")
  const grid = settings.enterprise === undefined ? "" : `,${JSON.stringify(enterprise).slice(1, -1)}`
  return { ok: true, members: `"team":${workspace.teamJson.slice(0, -1)}${grid}}` }
}

/** The plan by the key that Slack has for it. */
export const teamBillingInfo = ({ settings }: Call): Answer => ({
  ok: true,
  members: `"plan":${settings.plan === "pro" ? '"std"' : '"plus"'}`,
})

/** `bot` is the B… id, which stands in the profile of the bot's user. */
export const botsInfo = ({ args, workspace }: Call): Answer => {
  const bot = workspace.botJson(args.get("bot") ?? "")
  return bot === undefined ? refusal("bot_not_found") : { ok: true, members: `"bot":${bot}` }
}
