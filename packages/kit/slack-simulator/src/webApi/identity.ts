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

const defaultTeams = 100
const mostTeams = 1000

/** Meant for tokens of an organisation; a workspace's own token is shown its workspace. Unlike others it refuses odd limits. */
export const authTeamsList = ({ args, workspaces, cursors, spoiler }: Call): Answer => {
  const limit = args.get("limit") ?? String(defaultTeams)
  if (!(/^\d+$/.test(limit) && Number(limit) <= mostTeams)) return refusal("invalid_limit")
  const cursor = args.get("cursor") ?? ""
  const start = cursor === "" ? 0 : cursors.readOffset("team", cursor)
  if (start === undefined) return refusal("invalid_cursor")
  const size = Math.min(Number(limit) || defaultTeams, spoiler.records)
  const end = start + size
  const teams = workspaces.slice(start, end).map(({ team: { id, name }, iconJson }) => {
    const icon = isSet(args, "include_icon") ? `,"icon":${iconJson}` : ""
    return `{"id":${JSON.stringify(id)},"name":${JSON.stringify(name)}${icon}}`
  })
  // Back to the page before that many, and never to the first one, which has no cursor.
  const next = spoiler.back > 0 && start > 0 ? Math.max(size, start - (spoiler.back - 1) * size) : end
  const nextCursor = next < workspaces.length ? cursors.toOffset("team", next) : ""
  return { ok: true, members: `"teams":[${teams.join(",")}]`, nextCursor }
}
