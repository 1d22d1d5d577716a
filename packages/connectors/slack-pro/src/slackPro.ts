// The Slack Pro connector: accounts, the workspace, its roles and its user groups, in the fewest calls that Slack's
// API allows.
import type { Connector } from "@rollcall/connector"
import type { SlackWebApi } from "@rollcall/slack-api"
import { Effect } from "effect"
import { accountRecords } from "./accounts.ts"
import { accountsStep } from "./accountsStep.ts"
import type { RecordsOfAccounts } from "./missingAccountsStep.ts"
import { missingAccountsStep } from "./missingAccountsStep.ts"
import { userGroupType, userType, workspaceRoleType, workspaceType } from "./resourceTypes.ts"
import { userGroupsStep } from "./userGroups.ts"
import { workspaceStep } from "./workspace.ts"
import { identity, withPlan, workspaceTenant } from "./workspaces.ts"

const recordsOfMissing: RecordsOfAccounts = (request, members) => Effect.succeed(accountRecords(request, members))

/** Syncs one Slack workspace through the Web API, with a bot token or a user token. */
export const slackPro: Connector<SlackWebApi> = {
  id: "slack-pro",
  displayName: "Slack Pro",
  description: "Reads accounts, the workspace, its roles and its user groups from Slack.",
  resourceTypes: [userType, workspaceType, workspaceRoleType, userGroupType],
  steps: [workspaceStep, accountsStep, userGroupsStep, missingAccountsStep(accountsStep, recordsOfMissing)],
  tenantType: workspaceType.id,
  identify: identity.pipe(Effect.flatMap(workspaceTenant), Effect.flatMap(withPlan)),
  // What the connector for Business+ does; its package stands on this one.
  furtherCredential: {
    name: "the Business+ token (BATON_BUSINESS_PLUS_TOKEN)",
    provisions: ["group"],
    actions: ["enable_user", "disable_user"],
    reads: [
      { resourceType: "group", missing: "IdP groups and who is in them" },
      { resourceType: "businessPlusRole", missing: "Business+ roles and who holds them" },
      {
        resourceType: userType.id,
        missing:
          "what only SCIM shows of accounts: who is disabled instead of deleted, dates of creation, managers and employee facts",
        expected: true,
      },
    ],
  },
}
