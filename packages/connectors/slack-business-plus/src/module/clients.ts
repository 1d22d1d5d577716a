// The clients of a Business+ workspace: where it answers, which is commercial Slack, GovSlack, or the hosts that the settings name;
// and the Web API and SCIM there, each with its token.
import type { Secret } from "@rollcall/config"
import type { OpenOptions } from "@rollcall/connector-module"
import { Resilience } from "@rollcall/resilience"
import { govSlackScimUrl, ScimClient, ScimToken, slackDialect, slackScimUrl } from "@rollcall/scim-client"
import { defaultBaseUrl, govBaseUrl, SlackWebApi } from "@rollcall/slack-api"
import { notGiven, paceOf, slackTokenLayer } from "@rollcall/slack-pro/module-parts"
import { Effect, Layer } from "effect"
import { AdminWebApi } from "../identify.ts"
import type { BusinessPlusSettings } from "../slackBusinessPlus.ts"

/** The settings that decide it. */
export interface HostSettings {
  readonly "base-url": string
  readonly "scim-base-url": string
  readonly "gov-env": boolean
}

/** The hosts. A host that is named stands; one that is not is GovSlack's where the settings say so. */
export const businessPlusHosts = (settings: HostSettings) => {
  const gov = settings["gov-env"]
  const { "base-url": webApi, "scim-base-url": scim } = settings
  return {
    webApi: gov && webApi === defaultBaseUrl ? govBaseUrl : webApi,
    scim: gov && scim === slackScimUrl ? govSlackScimUrl : scim,
    // GovSlack documents no SCIM, and v1 is what answers there.
    scimVersion: gov ? ("v1" as const) : ("v2" as const),
  }
}

/** The token of SCIM. */
export const scimTokenLayer = (secret: Secret | undefined): Layer.Layer<ScimToken> =>
  Layer.succeed(ScimToken, { current: secret ?? notGiven("business-plus-token") })

/** All of them, for a connector that is opened. */
export const businessPlusClients = (settings: BusinessPlusSettings, options: OpenOptions) => {
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
