// The Slack Business+ connector: Slack Pro, with what SCIM tells of accounts, Business+ roles, IdP groups that can be
// changed, and accounts that can be enabled and disabled. GovSlack is the same with other hosts and without changes.
import type { Settings } from "@rollcall/config"
import type { Connector } from "@rollcall/connector"
import type { ScimClient } from "@rollcall/scim-client"
import type { SlackWebApi } from "@rollcall/slack-api"
import {
  userGroupsStep,
  userGroupType,
  userType,
  workspaceRoleType,
  workspaceStep,
  workspaceType,
} from "@rollcall/slack-pro/parts"
import { disableUser, enableUser } from "./accountActions.ts"
import { accountsStep, accountsStepOfOneToken, missingAccountsStep, onlyInUsersList } from "./accountsStep.ts"
import type { slackBusinessPlusFields } from "./fields.ts"
import type { AdminWebApi } from "./identify.ts"
import { identifyTokens } from "./identify.ts"
import { idpGroupProvisioning, idpGroupsStep, idpGroupType, noIdpGroupsStep } from "./idpGroups.ts"
import { businessPlusRoleType, rolesStep } from "./businessPlusRoles.ts"
import { scimAccountsStep } from "./scimAccounts.ts"

/** What the settings say of the workspace and its tokens. */
export interface SlackBusinessPlusOptions {
  /** IdP groups: `true` requires them, `false` leaves them out; absent, they are synced where SCIM answers. */
  readonly sso?: boolean | undefined
  /** The organisation is on GovSlack; default `false`. */
  readonly gov?: boolean
  /** The Business+ token is the only one and serves the Web API too; default `false`. */
  readonly oneToken?: boolean
  /** Publishes SCIM lists that are shorter than announced, with a gap, even if they must be whole; default `false`. */
  readonly allowShortLists?: boolean
}

/** Syncs and changes a Slack Business+ workspace. */
export const slackBusinessPlus = ({
  sso,
  gov = false,
  oneToken = false,
  allowShortLists = false,
}: SlackBusinessPlusOptions = {}): Connector<SlackWebApi | AdminWebApi | ScimClient> => ({
  id: "slack-business-plus",
  displayName: "Slack Business+",
  description:
    "Reads accounts, workspaces, roles, user groups and IdP groups from Slack, changes who is in IdP groups, and enables and disables accounts.",
  resourceTypes: [userType, workspaceType, workspaceRoleType, userGroupType, businessPlusRoleType, idpGroupType],
  steps: [
    workspaceStep,
    oneToken ? accountsStepOfOneToken : accountsStep,
    userGroupsStep,
    rolesStep,
    scimAccountsStep({ allowShortLists, gov }),
    sso === false ? noIdpGroupsStep : idpGroupsStep({ required: sso === true, allowShortLists, gov }),
    missingAccountsStep,
  ],
  quick: {
    steps: ["scim-users", sso === false ? noIdpGroupsStep.id : "scim-groups"],
    lacks: [...onlyInUsersList, slackNames],
  },
  tenantType: workspaceType.id,
  identify: identifyTokens({ gov, oneToken }),
  provisioning: idpGroupProvisioning({ gov }),
  actions: [enableUser, disableUser],
})

/** A full sync has the names that `users.list` shows; a quick one has those of SCIM, as a full one has where SCIM alone knows an account. */
const slackNames = {
  resourceType: userType.id,
  missing: "names and profiles as users.list shows them, in whose place are SCIM's",
}

/** The settings of Business+. */
export type BusinessPlusSettings = Settings<typeof slackBusinessPlusFields>

/** The connector as the settings want it; without them, as it is declared. */
export const slackBusinessPlusOf = (settings?: BusinessPlusSettings) =>
  slackBusinessPlus(
    settings && {
      sso: settings["sso-enabled"],
      gov: settings["gov-env"],
      oneToken: settings.token === undefined,
      allowShortLists: settings["allow-short-lists"],
    },
  )
