// The Slack app of a connector, with exactly the scopes that its steps use.
import type { Connector } from "@rollcall/connector"
import { scopesOf } from "@rollcall/connector"
import type { AppManifest } from "../ConnectorEntry.ts"
import { provisions } from "../provisions.ts"
import { isAdminScope } from "./adminScopes.ts"
import { appManifest, createAppLink } from "./appManifest.ts"
import type { SlackAppSettings } from "./slackAppFields.ts"

/** What the app looks like. */
export const slackApp =
  <R>(connector: Pick<Connector<R>, "steps" | "resourceTypes">) =>
  ({ "gov-env": gov }: SlackAppSettings): AppManifest => {
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
