// Prints the manifest of the Slack app that Rollcall needs, with exactly the scopes that its steps use.
import { Effect } from "effect"
import { Flag } from "effect/cli"
import { entryNamed, plainest, provisions } from "@rollcall/connector-registry"
import { safeJson } from "../render/escapeControls.ts"
import { Screen } from "../Screen.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

const govField = {
  name: "gov-env",
  type: "boolean",
  default: false,
  description: "The app is for GovSlack.",
} as const

/** `rollcall manifest` */
export const manifestCommand = settingsCommand(
  "manifest",
  {
    summary: "Print the manifest of the Slack app to install, and a link that creates it.",
    description:
      "Print the manifest of the Slack app to install, with exactly the scopes that a sync uses. " +
      "The link that creates the app goes to the standard error, or with --link to the standard output.",
    fields: [govField],
    listing: false,
    own: {
      plan: Flag.Literals("plan", ["pro", "business-plus"]).pipe(
        Flag.withDescription("The workspace's plan; business-plus adds the user scope admin."),
        Flag.withDefault("pro"),
      ),
      output: Flag.Literals("output-format", ["json", "yaml"]).pipe(
        Flag.withAlias("o"),
        Flag.withDescription("The form of the manifest."),
        Flag.withDefault("json"),
      ),
      link: Flag.Boolean("link").pipe(Flag.withDescription("Print the link alone."), Flag.withDefault(false)),
    },
    examples: [
      { command: "rollcall manifest --link", description: "The page that creates the app" },
      { command: "rollcall manifest --plan business-plus -o yaml > manifest.yaml" },
    ],
  },
  Effect.fnUntraced(function* ({ settings, own }) {
    const screen = yield* Screen
    const { appManifest, createAppLink, isAdminScope } = yield* Effect.promise(
      () => import("@rollcall/connector-registry/slack/manifest"),
    )
    const { about, scopes } = yield* Effect.promise((entryNamed(`slack-${own.plan}`) ?? plainest).load)
    const gov = settings["gov-env"]
    const names = scopes.map((need) => need.scope)
    const manifest = appManifest(
      { bot: names.filter((scope) => !isAdminScope(scope)), user: names.filter(isAdminScope) },
      // SCIM of GovSlack takes only the token of an app that is installed on the whole organisation.
      { orgInstall: gov && own.plan === "business-plus", changes: provisions(about) },
    )
    const link = createAppLink(manifest, { gov })
    if (own.link) {
      yield* screen.out(`${link}\n`)
    } else {
      const { stringify } = yield* Effect.promise(() => import("yaml"))
      yield* screen.out(own.output === "json" ? `${safeJson(manifest, 2)}\n` : stringify(manifest))
      yield* screen.err(`Create the app: ${link}\n`)
    }
  }),
)
