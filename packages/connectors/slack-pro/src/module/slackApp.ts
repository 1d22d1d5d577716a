// The Slack app that gives Rollcall its token, with exactly the scopes that a connector's steps use, as a manifest that Slack's
// own page takes. https://docs.slack.dev/reference/app-manifest
import type { Settings } from "@rollcall/config"
import type { Connector } from "@rollcall/connector"
import { scopesOf } from "@rollcall/connector"
import type { AppManifest } from "@rollcall/connector-module"
import { provisions } from "@rollcall/connector-module"
import type { slackAppFields } from "../fields.ts"

/** The settings of the app, read. */
export type SlackAppSettings = Settings<typeof slackAppFields>

/** Whether only the token of an owner or admin can have a scope; a bot cannot. Source: https://docs.slack.dev/reference/scopes/admin */
export const isAdminScope = (scope: string): boolean => scope === "admin" || scope.startsWith("admin.")

/** What the app looks like. */
export const slackApp = <R>(
  connector: Pick<Connector<R>, "steps" | "resourceTypes">,
  { "gov-env": gov }: SlackAppSettings,
): AppManifest => {
  const names = scopesOf(connector).map((need) => need.scope)
  const user = names.filter(isAdminScope)
  const bot = names.filter((scope) => !isAdminScope(scope))
  const manifest = appManifest(
    { bot, user },
    // SCIM of GovSlack takes only the token of an app that is installed on the whole organisation.
    { orgInstall: gov && user.length > 0, changes: provisions(connector) },
  )
  return { manifest, link: createAppLink(manifest, { gov }) }
}

/** Scopes by the kind of token that gets them. */
export interface ManifestScopes {
  readonly bot: ReadonlyArray<string>
  readonly user: ReadonlyArray<string>
}

/** What a manifest is for. */
export interface ManifestOptions {
  /** The app is installed on a whole organisation. */
  readonly orgInstall: boolean
  /** It changes things when it is told to. */
  readonly changes: boolean
}

/** The manifest of an app with exactly these scopes. */
export const appManifest = (scopes: ManifestScopes, options: ManifestOptions) => ({
  _metadata: { major_version: 1, minor_version: 1 },
  display_information: {
    name: "Rollcall",
    // Slack takes 140 characters. https://docs.slack.dev/reference/app-manifest
    description: `Reads who is in the workspace and what they may do, for access reviews. ${options.changes ? "Changes IdP groups and accounts on request." : "It changes nothing."}`,
  },
  features: { bot_user: { display_name: "rollcall", always_online: false } },
  oauth_config: {
    scopes: { bot: sorted(scopes.bot), ...(scopes.user.length === 0 ? {} : { user: sorted(scopes.user) }) },
  },
  settings: { org_deploy_enabled: options.orgInstall, socket_mode_enabled: false, token_rotation_enabled: false },
})

/**
 * The page that creates the app from the manifest, filled in (https://docs.slack.dev/app-manifests). GovSlack has a
 * host of its own.
 */
export const createAppLink = (manifest: object, options: { readonly gov: boolean }): string => {
  const host = options.gov ? "api.slack-gov.com" : "api.slack.com"
  return `https://${host}/apps?new_app=1&manifest_json=${encodeURIComponent(JSON.stringify(manifest))}`
}

const sorted = (scopes: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(scopes)].toSorted()
