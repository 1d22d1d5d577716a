// The Slack Pro connector: accounts, the workspace, its roles and its user groups, in the fewest calls that Slack's
// API allows.
import type { Connector, Tenant } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import type { SlackIdentity } from "@rollcall/slack-api"
import { SlackWebApi } from "@rollcall/slack-api"
import { Effect } from "effect"
import { toConnectorError } from "./failures.ts"
import { accountsPage } from "./accountsPage.ts"
import { accountsStep } from "./accountsStep.ts"
import type { PageOfAccounts } from "./missingAccountsStep.ts"
import { missingAccountsStep } from "./missingAccountsStep.ts"
import { userGroupType, userType, workspaceRoleType, workspaceType } from "./resourceTypes.ts"
import { userGroupsStep } from "./userGroups.ts"
import { workspaceStep } from "./workspaceStep.ts"

/** The identity of the token in use, from `auth.test`. */
export const identity = Effect.gen(function* () {
  return yield* Effect.mapError((yield* SlackWebApi).authTest, toConnectorError)
})

/** The one workspace that the token opens. A token of a whole organisation is refused. */
export const workspaceTenant = (token: SlackIdentity): Effect.Effect<Tenant, ConnectorError> => {
  if (token.is_enterprise_install === true) return Effect.fail(wholeOrganisation)
  if (!token.team_id) return Effect.fail(noWorkspace)
  const { team_id: id, team: displayName = id, user_id: reader } = token
  return Effect.succeed({ id, displayName: displayName ?? id, reader, ...holderOf(token) })
}

/** What the token may do, and as whom. */
export const holderOf = ({ scopes, user_id: actor }: SlackIdentity): Pick<Tenant, "scopes" | "actor"> => ({
  ...(scopes === undefined ? {} : { scopes }),
  actor,
})

const noWorkspace = new ConnectorError({
  reason: { _tag: "UnexpectedReply" },
  message: "Slack's auth.test did not say which workspace the token opens.",
  hint: "Check whether the base URL is Slack's; if it is, report it.",
})

const wholeOrganisation = new ConnectorError({
  reason: { _tag: "Refused", by: "settings" },
  message:
    "The token is installed on a whole Slack Enterprise organisation; Rollcall governs single workspaces on Pro and Business+.",
  hint: "Install the app on one workspace and use the token of that installation.",
})

const pageOfMissing: PageOfAccounts = (request, members) =>
  Effect.succeed(accountsPage(request, { members, rejected: 0 }))

/** Syncs one Slack workspace through the Web API, with a bot token or a user token. */
export const slackPro: Connector<SlackWebApi> = {
  id: "slack-pro",
  displayName: "Slack Pro",
  description: "Reads accounts, the workspace, its roles and its user groups from Slack.",
  resourceTypes: [userType, workspaceType, workspaceRoleType, userGroupType],
  steps: [workspaceStep, accountsStep, userGroupsStep, missingAccountsStep(accountsStep, pageOfMissing)],
  tenantType: workspaceType.id,
  identify: Effect.flatMap(identity, workspaceTenant),
  // What the connector for Business+ does; its package stands on this one.
  furtherCredential: {
    name: "the Business+ token (BATON_BUSINESS_PLUS_TOKEN)",
    provisions: ["group"],
    actions: ["enable_user", "disable_user"],
  },
}
