// Prints what has to be installed before a connector can read its system, with exactly the permissions that it uses.
import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import type { ConnectorEntry } from "@rollcall/host"
import { allManifestFields, connectors, entryNamed, plainest } from "@rollcall/host"
import { safeJson } from "@rollcall/access/render"
import { Screen } from "../Screen.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { UsageError } from "../UsageError.ts"
import { connectorFlag } from "./connectorFlag.ts"

/** `rollcall manifest` */
export const manifestCommand = settingsCommand(
  "manifest",
  {
    summary: "Print the manifest of the app to install, and a link that creates it.",
    description:
      "Print the manifest of the app to install, with exactly the scopes that a sync uses. " +
      "The link that creates the app goes to the standard error, or with --link to the standard output.",
    fields: allManifestFields,
    listing: false,
    own: {
      connector: connectorFlag(`The connector that the app is for; ${plainest.id} when unset.`),
      plan: Flag.Literals(
        "plan",
        connectors.flatMap((entry) => entry.plan ?? []),
      ).pipe(
        Flag.withDescription(
          "The workspace's plan, in place of the connector; business-plus adds the user scope admin.",
        ),
        Flag.optional,
        Flag.map(Option.getOrUndefined),
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
    const entry = yield* entryOf(own)
    const app = (yield* Effect.promise(entry.load)).manifest?.(settings)
    if (app === undefined) {
      yield* screen.err(`${entry.displayName} needs nothing to be installed.\n`)
    } else if (own.link) {
      yield* screen.out(`${app.link}\n`)
    } else {
      const { stringify } = yield* Effect.promise(() => import("yaml"))
      yield* screen.out(own.output === "json" ? `${safeJson(app.manifest, 2)}\n` : stringify(app.manifest))
      yield* screen.err(`Create the app: ${app.link}\n`)
    }
  }),
)

const entryOf = ({
  connector,
  plan,
}: {
  readonly connector: string | undefined
  readonly plan: string | undefined
}): Effect.Effect<ConnectorEntry, UsageError> => {
  if (connector !== undefined && plan !== undefined) return Effect.fail(eitherOr)
  const ofPlan = plan === undefined ? undefined : connectors.find((entry) => entry.plan === plan)
  const named = connector === undefined ? ofPlan : entryNamed(connector)
  return Effect.succeed(named ?? plainest)
}

const eitherOr = new UsageError({
  message: "--connector and --plan exclude each other: both name a connector.",
  hint: "Leave one of them out.",
})
