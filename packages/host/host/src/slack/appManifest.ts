// The Slack app that gives Rollcall its token, as a manifest that Slack's own page takes.
// https://docs.slack.dev/reference/app-manifest

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
