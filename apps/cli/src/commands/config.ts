// The configuration as the command sees it: what it is, whether it holds, and how a file may look.
import { appFields, configSchema, showConfig } from "@rollcall/config"
import { Effect, Stream } from "effect"
import { Command } from "effect/cli"
import { allConnectorFields, selectConnector } from "@rollcall/host"
import { safeJson } from "@rollcall/access/render"
import { Screen } from "../Screen.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

const allFields = [...allConnectorFields, ...appFields]

const show = settingsCommand(
  "show",
  { summary: "Print each setting with its value and origin; secrets stay hidden.", fields: allFields, own: {} },
  Effect.fnUntraced(function* ({ config, format }) {
    const { printListing } = yield* Effect.promise(() => import("../render/printListing.ts"))
    const { shownSettings, withoutTokens } = yield* Effect.promise(() => import("../views/shownSettings.ts"))
    yield* printListing(shownSettings, Stream.fromIterable(showConfig(allFields, config).map(withoutTokens)), format)
  }),
)

const validate = settingsCommand(
  "validate",
  {
    summary: "Check the configuration without using it.",
    fields: allFields,
    own: {},
    refuses: { forWorker: true },
  },
  Effect.fnUntraced(function* ({ settings }) {
    const screen = yield* Screen
    const connector = yield* selectConnector(settings)
    yield* screen.out(`The configuration is valid; it is one for ${connector.displayName}.\n`)
  }),
)

const schema = Command.make("schema", {}, () =>
  Effect.flatMap(Screen, (screen) => screen.out(`${safeJson(configSchema(allFields), 2)}\n`)),
).pipe(Command.withDescription("Print a JSON Schema of the configuration file."))

/** `rollcall config …` */
export const configCommand = Command.make("config").pipe(
  Command.withDescription("Show, check and describe the configuration."),
  Command.withSubcommands([show, validate, schema]),
)
