// The simulated workspace of the demo, and the connector that syncs it and changes it.
import { secretFromValue } from "@rollcall/config"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { openModule } from "@rollcall/host"
import { slackBusinessPlusModule } from "@rollcall/slack-business-plus/module"

/** How many people are in it. */
export const people = 2000

/** How many times as fast as in the world Slack's published limits run. */
export const speed = 60

/** Starts it, for as long as the scope lasts. */
export const demoWorkspace = Effect.gen(function* () {
  const slack = yield* startSimulator({
    plan: "business-plus",
    users: people,
    userGroups: 20,
    idpGroups: 12,
    rateLimits: "published",
    speed,
  })
  const { connector, calls } = yield* openModule(
    slackBusinessPlusModule,
    {
      token: secretFromValue(slack.botToken, { from: "default" }),
      "business-plus-token": secretFromValue(slack.userToken, { from: "default" }),
      "base-url": slack.webApiUrl,
      "scim-base-url": slack.scimUrl,
      "scim-budget-share": 0.5,
      "sso-enabled": undefined,
      "allow-short-lists": false,
      "gov-env": false,
      "rate-limits": "published",
    },
    { speed },
  )
  return { slack, connector, calls }
})
