// Slack Pro with its client: loaded when an app talks to Slack.
import type { Settings } from "@rollcall/config"
import { provideConnector, scopesOf } from "@rollcall/connector"
import { Resilience } from "@rollcall/resilience"
import { SlackWebApi } from "@rollcall/slack-api"
import { slackPro } from "@rollcall/slack-pro"
import type { slackProFields } from "@rollcall/slack-pro/fields"
import { Effect, Layer } from "effect"
import type { LoadedConnector } from "../ConnectorEntry.ts"
import { countedFetch } from "./countedFetch.ts"
import { diagnoseSlackPro } from "./diagnoseSlackPro.ts"
import { inspectTokens } from "./inspectTokens.ts"
import { paceOf } from "./paceOf.ts"
import { slackApp } from "./slackApp.ts"
import type { SlackAppSettings } from "./slackAppFields.ts"
import { slackTokenLayer } from "./tokenLayers.ts"

/** Slack Pro as an app uses it. */
export const loadedSlackPro: LoadedConnector<Settings<typeof slackProFields>, SlackAppSettings> = {
  about: slackPro,
  scopes: scopesOf(slackPro),
  manifest: slackApp(slackPro),
  open: Effect.fnUntraced(function* (settings, options = {}) {
    const { fetch, calls } = countedFetch()
    const client = SlackWebApi.layer({ baseUrl: settings["base-url"], fetch, ...paceOf(settings, options) })
    const services = yield* Layer.build(
      client.pipe(Layer.provide(slackTokenLayer(settings.token)), Layer.provideMerge(Resilience.layer)),
    )
    return { connector: provideConnector(slackPro, services), calls }
  }),
  inspect: inspectTokens,
  diagnose: (settings) => diagnoseSlackPro(settings, scopesOf(slackPro)),
}
