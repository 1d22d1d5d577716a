// Slack Business+ with its clients: loaded when a host talks to Slack.
import type { Settings } from "@rollcall/config"
import type { Implementation, OpenOptions } from "@rollcall/connector-module"
import { implement } from "@rollcall/connector-module"
import { Resilience } from "@rollcall/resilience"
import { ScimClient, slackDialect } from "@rollcall/scim-client"
import { SlackWebApi } from "@rollcall/slack-api"
import type { SlackAppSettings } from "@rollcall/slack-pro/module-parts"
import { inspectTokens, paceOf, slackApp, slackTokenLayer } from "@rollcall/slack-pro/module-parts"
import { Effect, Layer } from "effect"
import { AdminWebApi } from "../identify.ts"
import type { slackBusinessPlusFields } from "../fields.ts"
import { slackBusinessPlus } from "../slackBusinessPlus.ts"
import { businessPlusHosts, scimTokenLayer } from "./businessPlusHosts.ts"
import { diagnoseBusinessPlus } from "./diagnoseBusinessPlus.ts"

/** The settings of Business+. */
type BusinessPlusSettings = Settings<typeof slackBusinessPlusFields>

const clients = (settings: BusinessPlusSettings, options: OpenOptions) => {
  const hosts = businessPlusHosts(settings)
  const pace = paceOf(settings, options)
  const admin = settings["business-plus-token"]
  const webApi = (token: typeof admin) =>
    SlackWebApi.layer({ baseUrl: hosts.webApi, ...pace }).pipe(Layer.provide(slackTokenLayer(token)))
  const scim = Layer.unwrap(
    Effect.gen(function* () {
      const [reader, adminApi] = [yield* SlackWebApi, yield* AdminWebApi]
      return ScimClient.layer({
        baseUrl: hosts.scim,
        version: hosts.scimVersion,
        dialect: slackDialect,
        share: settings["scim-budget-share"],
        // The token of SCIM is also that of one of the two.
        onInvalidAuth: Effect.andThen(reader.forgetIdentity, adminApi.forgetIdentity),
        ...pace,
      })
    }),
  )
  return scim.pipe(
    Layer.provide(scimTokenLayer(admin)),
    Layer.provideMerge(
      Layer.mergeAll(
        webApi(settings.token ?? admin),
        Layer.effect(AdminWebApi, SlackWebApi).pipe(Layer.provide(webApi(admin))),
      ),
    ),
    Layer.provide(Resilience.layer),
  )
}

const parts = {
  connector: (settings?: BusinessPlusSettings) =>
    slackBusinessPlus(
      settings && {
        sso: settings["sso-enabled"],
        gov: settings["gov-env"],
        oneToken: settings.token === undefined,
        allowShortLists: settings["allow-short-lists"],
      },
    ),
  layer: clients,
}

const { open } = implement(parts)

/** Slack Business+ as a host uses it. */
export const implementation: Implementation<BusinessPlusSettings, SlackAppSettings> = implement({
  ...parts,
  inspect: inspectTokens,
  diagnose: (settings, options) =>
    Effect.scoped(Effect.flatMap(open(settings, options), (it) => diagnoseBusinessPlus(settings, it, options))),
  manifest: (settings) => slackApp(slackBusinessPlus(), settings),
})
