// The configuration as the command sees it: what it is, whether it holds, and how a file may look.
import { appFields, configSchema, showConfig } from "@rollcall/config"
import { Effect, Stream } from "effect"
import { Command } from "effect/cli"
import { connectorFields, type ModuleList, selectModule } from "@rollcall/host"
import { safeJson } from "@rollcall/access/render"
import { Screen } from "../Screen.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

const allFields = (modules: ModuleList) => [...connectorFields(modules), ...appFields]

const show = (modules: ModuleList) =>
  settingsCommand(
    "show",
    {
      summary: "Print each setting with its value and origin; secrets stay hidden.",
      fields: allFields(modules),
      own: {},
    },
    Effect.fnUntraced(function* ({ config, format }) {
      const { printListing } = yield* Effect.promise(() => import("../render/printListing.ts"))
      const { shownSettings, withoutTokens } = yield* Effect.promise(() => import("../views/shownSettings.ts"))
      yield* printListing(
        shownSettings,
        Stream.fromIterable(showConfig(allFields(modules), config).map(withoutTokens)),
        format,
      )
    }),
  )

const validate = (modules: ModuleList) =>
  settingsCommand(
    "validate",
    {
      summary: "Check the configuration without using it.",
      fields: allFields(modules),
      own: {},
      refuses: { forWorker: true },
    },
    Effect.fnUntraced(function* ({ settings, config, quiet }) {
      const { validateConfig } = yield* Effect.promise(() => import("../settings/validateConfig.ts"))
      const connector = yield* selectModule(modules, settings)
      yield* validateConfig(connector, config, { quiet })
    }, Effect.scoped),
  )

const schema = (modules: ModuleList) =>
  Command.make("schema", {}, () =>
    Effect.flatMap(Screen, (screen) => screen.out(`${safeJson(configSchema(allFields(modules)), 2)}\n`)),
  ).pipe(Command.withDescription("Print a JSON Schema of the configuration file."))

/** `rollcall config …` */
export const configCommand = (modules: ModuleList) =>
  Command.make("config").pipe(
    Command.withDescription("Show, check and describe the configuration."),
    Command.withSubcommands([show(modules), validate(modules), schema(modules)]),
  )
