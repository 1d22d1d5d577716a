// Slack Business+ with its clients: loaded when an app talks to Slack.
import type { Settings } from "@rollcall/config"
import { provideConnector, scopesOf } from "@rollcall/connector"
import { Resilience } from "@rollcall/resilience"
import { ScimClient, slackDialect } from "@rollcall/scim-client"
import { SlackWebApi } from "@rollcall/slack-api"
import { AdminWebApi, slackBusinessPlus } from "@rollcall/slack-business-plus"
import type { slackBusinessPlusFields } from "@rollcall/slack-business-plus/fields"
import { Effect, Layer } from "effect"
import type { LoadedConnector } from "../ConnectorEntry.ts"
import { businessPlusHosts } from "./businessPlusHosts.ts"
import { countedFetch } from "./countedFetch.ts"
import { diagnoseBusinessPlus } from "./diagnoseBusinessPlus.ts"
import { inspectTokens } from "./inspectTokens.ts"
import { paceOf } from "./paceOf.ts"
import { slackApp } from "./slackApp.ts"
import type { SlackAppSettings } from "./slackAppFields.ts"
import { scimTokenLayer, slackTokenLayer } from "./tokenLayers.ts"

/** The settings of Business+. */
export type BusinessPlusSettings = Settings<typeof slackBusinessPlusFields>

const connectorOf = (settings: BusinessPlusSettings) =>
  slackBusinessPlus({
    sso: settings["sso-enabled"],
    gov: settings["gov-env"],
    oneToken: settings.token === undefined,
    allowShortLists: settings["allow-short-lists"],
  })

const open: LoadedConnector<BusinessPlusSettings>["open"] = Effect.fnUntraced(function* (settings, options = {}) {
  const hosts = businessPlusHosts(settings)
  const { fetch, calls } = countedFetch()
  const pace = paceOf(settings, options)
  const admin = settings["business-plus-token"]
  const webApi = (token: typeof admin) =>
    SlackWebApi.layer({ baseUrl: hosts.webApi, fetch, ...pace }).pipe(Layer.provide(slackTokenLayer(token)))
  const scim = Layer.unwrap(
    Effect.gen(function* () {
      const [reader, adminApi] = [yield* SlackWebApi, yield* AdminWebApi]
      return ScimClient.layer({
        baseUrl: hosts.scim,
        version: hosts.scimVersion,
        dialect: slackDialect,
        share: settings["scim-budget-share"],
        fetch,
        // The token of SCIM is also that of one of the two.
        onInvalidAuth: Effect.andThen(reader.forgetIdentity, adminApi.forgetIdentity),
        ...pace,
      })
    }),
  )
  const services = yield* Layer.build(
    scim.pipe(
      Layer.provide(scimTokenLayer(admin)),
      Layer.provideMerge(
        Layer.mergeAll(
          webApi(settings.token ?? admin),
          Layer.effect(AdminWebApi, SlackWebApi).pipe(Layer.provide(webApi(admin))),
        ),
      ),
      Layer.provideMerge(Resilience.layer),
    ),
  )
  return { connector: provideConnector(connectorOf(settings), services), calls }
})

/** Slack Business+ as an app uses it. */
export const loadedSlackBusinessPlus: LoadedConnector<BusinessPlusSettings, SlackAppSettings> = {
  about: slackBusinessPlus(),
  scopes: scopesOf(slackBusinessPlus()),
  manifest: slackApp(slackBusinessPlus()),
  open,
  inspect: inspectTokens,
  diagnose: (settings) =>
    Effect.scoped(Effect.flatMap(open(settings), ({ connector }) => diagnoseBusinessPlus(settings, connector))),
}
