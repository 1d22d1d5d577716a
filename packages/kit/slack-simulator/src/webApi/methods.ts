// The Web API methods that the simulator answers, as data: rate tier, scopes, and who answers them.
// Tiers and scopes: https://docs.slack.dev/reference/methods
import { adminRolesListAssignments } from "./adminRoles.ts"
import { apiTest, authTeamsList, authTest } from "./identity.ts"
import type { Answer, Call } from "./Call.ts"
import { botsInfo, teamBillingInfo, teamInfo } from "./team.ts"
import { userGroupsList, userGroupsUsersList } from "./userGroups.ts"
import { usersInfo, usersList, usersLookupByEmail } from "./users.ts"

/** Calls per minute that Slack publishes for a tier. https://docs.slack.dev/apis/web-api/rate-limits */
const perMinute = { special: 600, tier2: 20, tier3: 50, tier4: 100 } as const

export interface Method {
  readonly tier: keyof typeof perMinute
  /** Any token needs all of these. */
  readonly scopes: ReadonlyArray<string>
  readonly needsToken: boolean
  /** The member of the answer that holds the data. */
  readonly data: string
  /** Whether a call without `limit` asks for everything at once, and is limited more strictly. */
  readonly isCostlyUnpaged: boolean
  /** Whether it is about one workspace, which a token of a whole organisation has to name by `team_id`. */
  readonly isOfTeam: boolean
  readonly answer: (call: Call) => Answer
}

const method = (
  tier: Method["tier"],
  data: string,
  answer: Method["answer"],
  more: Partial<Pick<Method, "scopes" | "needsToken" | "isCostlyUnpaged" | "isOfTeam">> = {},
): Method => ({
  tier,
  data,
  answer,
  scopes: [],
  needsToken: true,
  isCostlyUnpaged: false,
  isOfTeam: false,
  ...more,
})

/** Every method by name. */
export const methods: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    "api.test": method("tier4", "args", apiTest, { needsToken: false }),
    "auth.test": method("special", "team_id", authTest),
    "auth.teams.list": method("tier2", "teams", authTeamsList),
    "team.info": method("tier3", "team", teamInfo, { scopes: ["team:read"], isOfTeam: true }),
    "team.billing.info": method("tier3", "plan", teamBillingInfo, { scopes: ["team.billing:read"] }),
    "users.list": method("tier2", "members", usersList, {
      scopes: ["users:read"],
      isCostlyUnpaged: true,
      isOfTeam: true,
    }),
    "users.info": method("tier4", "user", usersInfo, { scopes: ["users:read"] }),
    "users.lookupByEmail": method("tier3", "user", usersLookupByEmail, { scopes: ["users:read.email"] }),
    "usergroups.list": method("tier2", "usergroups", userGroupsList, { scopes: ["usergroups:read"], isOfTeam: true }),
    "usergroups.users.list": method("tier2", "users", userGroupsUsersList, {
      scopes: ["usergroups:read"],
      isOfTeam: true,
    }),
    "admin.roles.listAssignments": method("tier3", "role_assignments", adminRolesListAssignments, {
      scopes: ["admin.roles:read"],
    }),
    "bots.info": method("tier3", "bot", botsInfo, { scopes: ["users:read"] }),
  }),
)

/** Calls per minute of a method. */
export const callsPerMinute = ({ tier }: Method): number => perMinute[tier]
