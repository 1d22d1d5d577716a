// usergroups.list and usergroups.users.list: neither pages.
import { type Answer, type Call, isSet, refusal } from "./Call.ts"

/** Disabled groups, members and counts only when asked for. */
export const userGroupsList = ({ args, workspace, spoiler }: Call): Answer => {
  const parts = { users: isSet(args, "include_users"), count: isSet(args, "include_count") }
  const disabledToo = isSet(args, "include_disabled")
  const groups: Array<string> = []
  for (let position = 0; position < workspace.groupCount; position++) {
    if (disabledToo || !workspace.groupIsDisabled(position)) groups.push(workspace.groupJson(position, parts))
  }
  const repeated = spoiler.duplicate ? groups.slice(0, 1) : []
  return { ok: true, members: `"usergroups":[${[...groups, ...repeated, ...spoiler.malformed].join(",")}]` }
}

/** An unknown group, and a disabled one unless asked for, is `no_such_subteam`. */
export const userGroupsUsersList = ({ args, workspace }: Call): Answer => {
  const id = args.get("usergroup")
  if (id === undefined) return refusal("invalid_arguments")
  const position = workspace.groupPosition(id)
  if (position === undefined || (workspace.groupIsDisabled(position) && !isSet(args, "include_disabled"))) {
    return refusal("no_such_subteam")
  }
  return { ok: true, members: `"users":${JSON.stringify(workspace.groupMembers(position))}` }
}
