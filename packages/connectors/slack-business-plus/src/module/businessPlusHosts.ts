// Where a Business+ workspace answers: commercial Slack, GovSlack, or the hosts that the settings name.
import type { Secret } from "@rollcall/config"
import { govSlackScimUrl, ScimToken, slackScimUrl } from "@rollcall/scim-client"
import { defaultBaseUrl, govBaseUrl } from "@rollcall/slack-api"
import { notGiven } from "@rollcall/slack-pro/module-parts"
import { Layer } from "effect"

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
