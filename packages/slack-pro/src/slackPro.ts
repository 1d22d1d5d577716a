// The Slack Pro connector: accounts, the workspace, its roles and its user groups, in the fewest calls that Slack's
// API allows.
import type { Connector } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import { SlackWebApi } from "@rollcall/slack-api"
import { Effect } from "effect"
import { accountsStep } from "./accountsStep.ts"
import { slackProFields } from "./fields.ts"
import { userGroupType, userType, workspaceRoleType, workspaceType } from "./resourceTypes.ts"
import { toConnectorError } from "./toConnectorError.ts"
import { userGroupsStep } from "./userGroupsStep.ts"
import { workspaceStep } from "./workspaceStep.ts"

/** Syncs one Slack workspace through the Web API, with a bot token or a user token. */
export const slackPro: Connector<SlackWebApi> = {
  id: "slack-pro",
  displayName: "Slack Pro",
  resourceTypes: [userType, workspaceType, workspaceRoleType, userGroupType],
  steps: [workspaceStep, accountsStep, userGroupsStep],
  fields: slackProFields,
  identify: Effect.gen(function* () {
    const slack = yield* SlackWebApi
    const identity = yield* Effect.mapError(slack.authTest, toConnectorError)
    if (identity.is_enterprise_install === true) return yield* wholeOrganisation
    if (!identity.team_id) return yield* noWorkspace
    return {
      id: identity.team_id,
      displayName: identity.team ?? identity.team_id,
      ...(identity.scopes === undefined ? {} : { scopes: identity.scopes }),
    }
  }),
}

const noWorkspace = new ConnectorError({
  reason: "UnexpectedReply",
  message: "Slack's auth.test did not say which workspace the token opens.",
  hint: "See whether the base URL is Slack's; if it is, report it.",
})

const wholeOrganisation = new ConnectorError({
  reason: "Refused",
  message:
    "The token is installed on a whole Slack Enterprise organisation; Rollcall governs single workspaces on Pro and Business+.",
  hint: "Install the app on one workspace and use the token of that installation.",
})
