// Slack's Web API as a service: the methods that connectors read, decoded, within Slack's limits. The stack that a call
// goes through is in webApi/slackCaller.ts, the HTTP in transport/, what a failure means in error/.
import { Resilience } from "@rollcall/resilience"
import { Context, Effect, Layer } from "effect"
import { SlackToken } from "./SlackToken.ts"
import type { SlackWebApiOptions } from "./SlackWebApiOptions.ts"
import type { SlackWebApiShape } from "./SlackWebApiShape.ts"
import { slackCaller } from "./webApi/slackCaller.ts"
import { slackMethodsOver } from "./webApi/slackMethodsOver.ts"

/** Slack's Web API with one token. */
export class SlackWebApi extends Context.Service<SlackWebApi, SlackWebApiShape>()("@rollcall/slack-api/SlackWebApi") {
  static readonly layer = (
    options: SlackWebApiOptions = {},
  ): Layer.Layer<SlackWebApi, never, SlackToken | Resilience> =>
    Layer.effect(
      SlackWebApi,
      Effect.gen(function* () {
        return slackMethodsOver(slackCaller(options, yield* SlackToken, yield* Resilience))
      }),
    )
}
