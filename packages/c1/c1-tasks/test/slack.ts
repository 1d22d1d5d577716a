// A Business+ connector with the clients of a simulated Slack in place.
import { provideConnector } from "@rollcall/connector"
import { Resilience } from "@rollcall/resilience"
import { ScimClient, ScimToken, slackDialect } from "@rollcall/scim-client"
import { SlackToken, SlackWebApi } from "@rollcall/slack-api"
import { AdminWebApi, slackBusinessPlus } from "@rollcall/slack-business-plus"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect, Layer, Redacted } from "effect"

/** Starts a Slack and gives the connector to it, and the Slack itself. */
export const startSlack = Effect.fnUntraced(function* (options: SimulatorOptions) {
  const slack = yield* startSimulator({ plan: "business-plus", rateLimits: "off", activeDelayMillis: 0, ...options })
  const webApi = (token: string) =>
    SlackWebApi.layer({ baseUrl: slack.webApiUrl, speed: Infinity }).pipe(
      Layer.provide(SlackToken.layer(Redacted.make(token))),
    )
  const clients = Layer.mergeAll(
    webApi(slack.botToken),
    Layer.effect(AdminWebApi, SlackWebApi).pipe(Layer.provide(webApi(slack.userToken))),
    ScimClient.layer({ baseUrl: slack.scimUrl, version: "v2", dialect: slackDialect, speed: Infinity }).pipe(
      Layer.provide(ScimToken.layer(Redacted.make(slack.userToken))),
    ),
  ).pipe(Layer.provide(Resilience.layer))
  return { slack, connector: provideConnector(slackBusinessPlus(), yield* Layer.build(clients)) }
})
