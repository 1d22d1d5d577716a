// Slack's Web API as a service: the methods that connectors read, decoded, within Slack's limits. The stack that a call
// goes through is in webApi/slackCaller.ts, the HTTP in transport/, what a failure means in error/.
import { Resilience } from "@rollcall/resilience"
import { Context, Effect, Layer } from "effect"
import { SlackToken } from "./SlackToken.ts"
import type { SlackWebApiOptions } from "./SlackWebApiOptions.ts"
import type { SlackWebApiShape } from "./SlackWebApiShape.ts"
import { rememberedIdentity } from "./webApi/rememberedIdentity.ts"
import { slackCaller, type SlackCaller } from "./webApi/slackCaller.ts"
import { slackMethodsOver } from "./webApi/slackMethodsOver.ts"

/** Slack's Web API with one token. */
export class SlackWebApi extends Context.Service<SlackWebApi, SlackWebApiShape>()("@rollcall/slack-api/SlackWebApi") {
  static readonly layer = (
    options: SlackWebApiOptions = {},
  ): Layer.Layer<SlackWebApi, never, SlackToken | Resilience> =>
    Layer.effect(
      SlackWebApi,
      Effect.gen(function* () {
        const token = yield* SlackToken
        const caller = slackCaller(options, token, yield* Resilience)
        if (options.rememberIdentity === undefined) return { ...slackMethodsOver(caller), forgetIdentity: Effect.void }
        const memory = rememberedIdentity(token, options.rememberIdentity)
        const watched: SlackCaller = (...call) => Effect.tapError(caller(...call), memory.forgetAfter)
        const methods = slackMethodsOver(watched)
        return { ...methods, authTest: memory.ask(methods.authTest), forgetIdentity: memory.forget }
      }),
    )
}
