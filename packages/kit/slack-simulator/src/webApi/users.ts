// users.list, users.info and users.lookupByEmail.
import type { Viewer } from "../Workspace.ts"
import { type Answer, type Call, isSet, refusal } from "./Call.ts"

/** Slack's general ceiling for a page; a call without a limit was measured to get about as many. */
const largestPage = 1000

const viewerOf = ({ args, token }: Call): Viewer => ({
  email: token?.scopes.includes("users:read.email") === true,
  // The user token is that of an admin at least; bot tokens never see second factors.
  twoFactor: token?.kind === "user",
  locale: isSet(args, "include_locale"),
})

/** The limit that was asked for; undefined without one. 0 and odd values count as none. */
const limitOf = ({ args }: Call): number | undefined => {
  const limit = args.get("limit") ?? ""
  return /^\d+$/.test(limit) && Number(limit) > 0 ? Number(limit) : undefined
}

/** The position of the first member asked for, or undefined for a cursor that leads nowhere. */
const startOf = ({
  args,
  cursors,
  settings,
}: Call): { readonly position: number; readonly hop: number } | undefined => {
  const cursor = args.get("cursor")
  if (cursor === undefined || (cursor === "" && settings.emptyCursor === "accepted")) return { position: 0, hop: 0 }
  return cursors.read(cursor)
}

/** One page of everybody: deactivated people, guests, bots and Slackbot included. */
export const usersList = (call: Call): Answer => {
  const { workspace, settings, cursors, spoiler } = call
  const start = startOf(call)
  if (start === undefined) return refusal("invalid_cursor")
  const limit = limitOf(call)
  if ((limit ?? workspace.memberCount) > (settings.limitRequiredAbove ?? Number.POSITIVE_INFINITY)) {
    return refusal("limit_required")
  }
  const size = Math.min(limit ?? largestPage, largestPage)
  const end = Math.min(start.position + Math.min(size, spoiler.records), workspace.memberCount)
  const viewer = viewerOf(call)
  const members: Array<string> = []
  const first = spoiler.duplicate ? Math.max(0, start.position - 1) : start.position
  for (let position = first; position < end; position++) members.push(workspace.memberJson(position, viewer))
  members.push(...spoiler.malformed)

  const nextCursor = (): string => {
    if (spoiler.back > 0 && start.position > 0) {
      const back = start.position - (spoiler.back - 1) * size
      return cursors.toMember(back > 0 ? back : Math.min(size, start.position), start.hop)
    }
    if (end >= workspace.memberCount) return ""
    // After an empty page the next one starts at the same member: the cursor must be another all the same.
    return cursors.toMember(end, end === start.position ? start.hop + 1 : 0)
  }
  return { ok: true, members: `"members":[${members.join(",")}],"cache_ts":1700000000`, nextCursor: nextCursor() }
}

/** One member by id. Read methods ignore JSON bodies, so that an id sent in one is no id. */
export const usersInfo = (call: Call): Answer => {
  const position = call.workspace.memberPosition(call.args.get("user") ?? "")
  if (position === undefined) return refusal("user_not_found")
  return { ok: true, members: `"user":${call.workspace.memberJson(position, viewerOf(call))}` }
}

/** One member by address. Of deactivated ones Slack says that there are none. */
export const usersLookupByEmail = (call: Call): Answer => {
  const { workspace, args } = call
  const email = args.get("email") ?? ""
  const position = email === "" ? undefined : workspace.memberPositionByEmail(email)
  if (position === undefined || workspace.memberFacts(position).deleted) return refusal("users_not_found")
  return { ok: true, members: `"user":${workspace.memberJson(position, viewerOf(call))}` }
}
