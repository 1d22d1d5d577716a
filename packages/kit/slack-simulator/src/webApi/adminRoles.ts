// admin.roles.listAssignments: who holds which system role. Slack gives it to organisations alone, so that it is refused
// unless asked for. https://docs.slack.dev/reference/methods/admin.roles.listAssignments
import { choose, hashFor } from "../seeded/hash.ts"
import type { SimulatorSettings } from "../SimulatorOptions.ts"
import type { Workspace } from "../Workspace.ts"
import { type Answer, type Call, enterpriseId, refusal } from "./Call.ts"

const scope = "admin.roles:read"

/** https://docs.slack.dev/reference/methods/admin.roles.addAssignments */
const roles = ["Rl01", "Rl0A", "Rl05", "Rl0L", "Rl0C", "Rl0G", "Rl0J", "Rl0B", "Rl0F", "Rl0D", "Rl04", "Rl0E", "Rl02"]

/** One of the roles that Slack has not published, as there may be. */
const unknownRole = "Rl0ZZ"

export interface RoleAssignment {
  readonly role_id: string
  readonly entity_id: string
  readonly user_id: string
  readonly date_create: number
}

/** The assignment at an index: of an active member, guest and bot excepted. The second one is of an unknown role. */
const assignmentAt = (workspace: Workspace, seed: number, index: number): RoleAssignment | undefined => {
  const draw = hashFor(seed, "system role")(index)
  const { memberCount } = workspace
  for (let step = 0; step < Math.min(memberCount, 100); step++) {
    const position = (draw + step) % memberCount
    const { deleted, isBot, isRestricted, isStranger } = workspace.memberFacts(position)
    const id = workspace.memberId(position)
    if (deleted || isBot || isRestricted || isStranger || id === "USLACKBOT") continue
    return {
      role_id: index === 1 ? unknownRole : choose(roles, draw >>> 4),
      entity_id: draw % 3 === 0 ? enterpriseId : workspace.team.id,
      user_id: id,
      date_create: 1_650_000_000 + index,
    }
  }
  return undefined
}

/** Every assignment that the user token can read: none without the option or the scope. */
export const readableAssignments = (
  workspace: Workspace,
  { systemRoles, userScopes, seed }: SimulatorSettings,
): ReadonlyArray<RoleAssignment> =>
  userScopes.includes(scope)
    ? Array.from({ length: systemRoles }, (_, index) => assignmentAt(workspace, seed, index) ?? []).flat()
    : []

const largestPage = 200

const wanted = (list: string | undefined, value: string): boolean =>
  list === undefined || list === "" || list.split(",").includes(value)

export const adminRolesListAssignments = ({ args, token, workspace, settings, cursors, spoiler }: Call): Answer => {
  if (token?.kind !== "user") return refusal("not_allowed_token_type")
  if (settings.systemRoles === 0) return refusal("feature_not_enabled")
  const cursor = args.get("cursor") ?? ""
  const start = cursor === "" ? 0 : cursors.readOffset("role", cursor)
  if (start === undefined) return refusal("invalid_cursor")
  const limit = Number(args.get("limit") ?? largestPage)
  const size = Number.isInteger(limit) && limit > 0 ? Math.min(limit, largestPage) : largestPage
  const all = readableAssignments(workspace, settings).filter(
    ({ role_id, entity_id }) => wanted(args.get("role_ids"), role_id) && wanted(args.get("entity_ids"), entity_id),
  )
  const end = start + Math.min(size, spoiler.records)
  const page = all.slice(start, end).map((assignment) => JSON.stringify(assignment))
  const records = [...page, ...(spoiler.duplicate ? page.slice(0, 1) : []), ...spoiler.malformed]
  const nextCursor = end < all.length ? cursors.toOffset("role", end) : ""
  return { ok: true, members: `"role_assignments":[${records.join(",")}]`, nextCursor }
}
