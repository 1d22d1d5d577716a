// Slack Pro as it is installed.
import { contractVersion, defineModule } from "@rollcall/connector-module"
import { workspaceMeanings } from "./meanings.ts"
import { slackAppFields, slackProFields } from "../fields.ts"

/** The module of Slack Pro. */
export const slackProModule = defineModule({
  contract: contractVersion,
  id: "slack-pro",
  displayName: "Slack Pro",
  plan: "pro",
  fields: slackProFields,
  manifestFields: slackAppFields,
  meanings: workspaceMeanings,
  selectedBy: "token",
  load: () => import("./implementation.ts").then((module) => module.implementation),
})

export { workspaceMeanings }
