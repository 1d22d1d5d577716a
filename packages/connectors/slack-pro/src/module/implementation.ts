// Slack Pro with its client: loaded when a host talks to Slack.
import type { Settings } from "@rollcall/config"
import { scopesOf } from "@rollcall/connector"
import { implement } from "@rollcall/connector-module"
import { Resilience } from "@rollcall/resilience"
import { SlackWebApi } from "@rollcall/slack-api"
import { Layer } from "effect"
import type { slackProFields } from "../fields.ts"
import { slackPro } from "../slackPro.ts"
import { diagnoseSlackPro } from "./diagnoseSlackPro.ts"
import type { SlackAppSettings } from "./slackApp.ts"
import { slackApp } from "./slackApp.ts"
import { inspectTokens, paceOf, slackTokenLayer } from "./slackTokens.ts"

type SlackProSettings = Settings<typeof slackProFields>

/** Slack Pro as a host uses it. */
export const implementation = implement<SlackProSettings, SlackAppSettings, SlackWebApi>({
  connector: () => slackPro,
  layer: (settings, options) =>
    SlackWebApi.layer({ baseUrl: settings["base-url"], ...paceOf(settings, options) }).pipe(
      Layer.provide(slackTokenLayer(settings.token)),
      Layer.provide(Resilience.layer),
    ),
  inspect: inspectTokens,
  diagnose: (settings, options) => diagnoseSlackPro(settings, scopesOf(slackPro), options),
  manifest: (settings) => slackApp(slackPro, settings),
})
