// Prints what has to be installed before a connector can read its system, with exactly the permissions that it uses.
import { Effect, Option } from "effect"
import { Flag } from "effect/cli"
import type { ConnectorModule } from "@rollcall/connector-module"
import type { ModuleList } from "@rollcall/host"
import { manifestFields, defaultModule } from "@rollcall/host"
import { safeJson } from "@rollcall/access/render"
import { Screen } from "../Screen.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { UsageError } from "../errors.ts"
import { connectorField } from "./commonFlags.ts"

/** `rollcall manifest` */
export const manifestCommand = (modules: ModuleList) =>
  settingsCommand(
    "manifest",
    {
      summary: "Print the manifest of the app to install, and a link that creates it.",
      description:
        "Print the manifest of the app to install, with exactly the scopes that a sync uses. " +
        "The link that creates the app goes to the standard error, or with --link to the standard output.",
      fields: [...connectorField, ...manifestFields(modules)],
      listing: false,
      own: {
        plan: Flag.Literals(
          "plan",
          modules.all.flatMap(({ plan }) => plan ?? []),
        ).pipe(
          Flag.withDescription(
            "The plan of the workspace, instead of --connector; business-plus adds the user scope admin.",
          ),
          Flag.optional,
          Flag.map(Option.getOrUndefined),
        ),
        output: Flag.Literals("output-format", ["json", "yaml"]).pipe(
          Flag.withAlias("o"),
          Flag.withDescription("The form of the manifest."),
          Flag.withDefault("json"),
        ),
        link: Flag.Boolean("link").pipe(Flag.withDescription("Print only the link."), Flag.withDefault(false)),
      },
      examples: [
        { command: "rollcall manifest --link", description: "The page that creates the app" },
        { command: "rollcall manifest --plan business-plus -o yaml > manifest.yaml" },
      ],
    },
    Effect.fnUntraced(function* ({ settings, own }) {
      const screen = yield* Screen
      const module = yield* moduleOf(modules, own.plan)
      const app = (yield* Effect.promise(module.load)).manifest?.(settings)
      if (app === undefined) {
        yield* screen.err(`${module.displayName} needs no app to be installed.\n`)
      } else if (own.link) {
        yield* screen.out(`${app.link}\n`)
      } else {
        const { stringify } = yield* Effect.promise(() => import("yaml"))
        yield* screen.out(own.output === "json" ? `${safeJson(app.manifest, 2)}\n` : stringify(app.manifest))
        yield* screen.err(`Create the app: ${app.link}\n`)
      }
    }),
  )

const moduleOf = (modules: ModuleList, plan: string | undefined): Effect.Effect<ConnectorModule, UsageError> => {
  if (plan === undefined) return Effect.succeed(defaultModule(modules))
  if (modules.named !== undefined) return Effect.fail(eitherOr)
  return Effect.succeed(modules.all.find((module) => module.plan === plan) ?? defaultModule(modules))
}

const eitherOr = new UsageError({
  message: "--connector and --plan exclude each other: both name a connector.",
  hint: "Leave one of them out.",
})
