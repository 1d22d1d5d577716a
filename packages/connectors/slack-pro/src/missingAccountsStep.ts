// Accounts that hold something and that no list shows. A few of them are looked up one by one: somebody of this workspace is
// missing in `users.list`, while anybody else, such as a guest of another organisation, is rightly not in it.
import type { ConnectorError, Gap, Page, Records, Step, StoreError, Tenant } from "@rollcall/connector"
import { SlackUser, SlackWebApi } from "@rollcall/slack-api"
import { Effect, Option, Schema } from "effect"
import type { WorkspacePageRequest } from "./workspaces.ts"
import { workspacesOf } from "./workspaces.ts"
import { accountId, userType } from "./resourceTypes.ts"
import { toConnectorError } from "./failures.ts"

/** Accounts that are looked up: a call each. */
const mostLookedUp = 5

/** Accounts among which those are chosen: some may be in the list and not readable. */
const mostConsidered = 100

/** What makes records of accounts that a workspace has. */
export type RecordsOfAccounts = (
  request: WorkspacePageRequest,
  members: ReadonlyArray<SlackUser>,
) => Effect.Effect<Records, StoreError>

/**
 * Looks up principals that no list shows with `users.info`, https://docs.slack.dev/reference/methods/users.info. Those of this
 * workspace are added to its accounts. Where there are none it makes no call.
 */
export const missingAccountsStep = (
  accountsStep: Pick<Step, "id" | "produces">,
  recordsOf: RecordsOfAccounts,
): Step<SlackWebApi> => ({
  id: "missing-accounts",
  title: "accounts that no list shows",
  produces: accountsStep.produces,
  last: true,
  comparesWith: [accountsStep.id],
  scopes: [],
  page: Effect.fn("SlackPro.missingAccounts")(function* ({ tenant, evidence }) {
    const unknown = yield* evidence.unknownPrincipals(userType.id, mostConsidered)
    // Without the list, as with a token that may not read it, nobody is missing in it.
    if (unknown.count === 0 || (yield* evidence.compare(accountsStep.id)).listed === 0) return {}
    // Whose record could not be read was in the list.
    const missing = yield* evidence.unseen(unknown.ids, undefined, accountsStep.id)
    const count = unknown.count - (unknown.ids.length - missing.length)
    const found: Array<Records> = []
    let added = 0
    for (const asked of missing.slice(0, mostLookedUp)) {
      const user = yield* lookUp(asked)
      const workspaces = user === undefined ? [] : workspacesWith(tenant, user)
      if (user === undefined || workspaces.length === 0) continue
      if (user.id !== asked) found.push({ aliases: [{ id: accountId(user.id), alias: asked }] })
      if ((yield* evidence.unseen([user.id], undefined, accountsStep.id)).length === 0) continue
      added++
      for (const workspace of workspaces) {
        const team = tenant.parts === undefined ? {} : { team_id: workspace.id }
        found.push(yield* recordsOf({ workspace, team, evidence, isLast: false }, [user]))
      }
    }
    return {
      resources: found.flatMap(({ resources = [] }) => resources),
      grants: found.flatMap(({ grants = [] }) => grants),
      aliases: found.flatMap(({ aliases = [] }) => aliases),
      warnings: added === 0 ? [] : [{ code: "missing-in-users", message: addedBy(added), count: added }],
      gaps: added > 0 && count > mostLookedUp ? [notAllLookedUp(count, added)] : [],
    } satisfies Page
  }),
})

const Reply = Schema.Struct({ user: Schema.Unknown })
const decodeUser = Schema.decodeUnknownOption(SlackUser)

/** The account, unless Slack does not know it, does not show it to this token, or shows what cannot be read. */
const lookUp = (id: string): Effect.Effect<SlackUser | undefined, ConnectorError, SlackWebApi> =>
  SlackWebApi.use((slack) => slack.call("users.info", { user: id }, Reply)).pipe(
    Effect.map(({ user }) => Option.getOrUndefined(decodeUser(user))),
    Effect.catchIf(
      ({ category, reason }) => category === "refused" || reason._tag === "NotFound",
      () => Effect.succeed(undefined),
    ),
    Effect.mapError(toConnectorError),
  )

/** The workspaces of the tenant that an account belongs to. A stranger belongs to none. */
const workspacesWith = (tenant: Tenant, user: SlackUser) => {
  const teams = [user.team_id, ...(user.enterprise_user?.teams ?? [])]
  return user.is_stranger === true ? [] : workspacesOf(tenant).filter(({ id }) => teams.includes(id))
}

const addedBy = (count: number): string =>
  `${count === 1 ? "An account" : `${count} accounts`} that users.list did not show ${count === 1 ? "was" : "were"} added from users.info, because a group or a role names ${count === 1 ? "it" : "them"}`

const notAllLookedUp = (count: number, added: number): Gap => ({
  resourceType: userType.id,
  missing: `accounts that users.list did not show (${count} hold something)`,
  reason: "short",
  explanation: `Of ${mostLookedUp} accounts that were looked up ${added} ${added === 1 ? "is" : "are"} of this workspace, so that users.list was not whole, and the others were not looked up. Sync again; if it stays so, ask Slack why users.list leaves accounts out.`,
})
