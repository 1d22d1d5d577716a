// Slack Business+ as it is installed.
import { contractVersion, defineModule } from "@rollcall/connector-module"
import { slackAppFields } from "@rollcall/slack-pro/fields"
import { workspaceMeanings } from "@rollcall/slack-pro/module"
import { accountActions } from "../actions.ts"
import { slackBusinessPlusFields } from "../fields.ts"

/** The module of Slack Business+. */
export const slackBusinessPlusModule = defineModule({
  contract: contractVersion,
  id: "slack-business-plus",
  displayName: "Slack Business+",
  plan: "business-plus",
  variants: [{ plan: "govslack", displayName: "GovSlack", settings: { "gov-env": true } }],
  fields: slackBusinessPlusFields,
  actions: accountActions,
  manifestFields: slackAppFields,
  meanings: {
    ...workspaceMeanings,
    // All roles of the organisation, and all system roles, manage more than one's own things.
    privileged: [...workspaceMeanings.privileged, "businessPlusRole:*:assigned"],
  },
  replaces: () => import("./batonSlack.ts").then((module) => module.replacedOnBusinessPlus),
  selectedBy: "business-plus-token",
  load: () => import("./implementation.ts").then((module) => module.implementation),
})
