// api.test, auth.test and auth.teams.list: is Slack there, who am I, and where.
import { type Answer, type Call, enterpriseId, isSet, refusal } from "./Call.ts"

/** Needs no token, and echoes what it was given; with an argument `error` it fails with that code. */
export const apiTest = ({ args }: Call): Answer => {
  const members = `"args":${JSON.stringify(Object.fromEntries(args.entries()))}`
  const error = args.get("error")
  return error === undefined ? { ok: true, members } : { ok: false, error, members }
}

/** The cheap probe of a token. Enterprise organisations show in two more members. */
export const authTest = ({ token, workspace, settings }: Call): Answer => {
  if (token === undefined) return refusal("not_authed")
  const { enterprise } = settings
  const identity = {
    url: `https://${workspace.team.domain}.slack.com/`,
    team: workspace.team.name,
    user: token.actor.name,
    team_id: workspace.team.id,
    user_id: token.actor.userId,
    ...(token.kind === "bot" && token.actor.botId !== undefined ? { bot_id: token.actor.botId } : {}),
    ...(enterprise === undefined ? {} : { enterprise_id: enterpriseId }),
    is_enterprise_install: enterprise === "org",
  }
  return { ok: true, members: JSON.stringify(identity).slice(1, -1) }
}

/** Meant for tokens of an organisation; a workspace's own token is shown its workspace. Unlike others it refuses odd limits. */
export const authTeamsList = ({ args, workspace }: Call): Answer => {
  const limit = args.get("limit")
  if (limit !== undefined && !(/^\d+$/.test(limit) && Number(limit) <= 1000)) return refusal("invalid_limit")
  // One workspace is one page: no cursor of ours leads here.
  if ((args.get("cursor") ?? "") !== "") return refusal("invalid_cursor")
  const icon = isSet(args, "include_icon") ? `,"icon":${workspace.iconJson}` : ""
  const { id, name } = workspace.team
  const team = `{"id":${JSON.stringify(id)},"name":${JSON.stringify(name)}${icon}}`
  return { ok: true, members: `"teams":[${team}]`, nextCursor: "" }
}
