// What a connector can do besides granting. Each action is a command with flags of its own.
import { pickAppFields } from "@rollcall/config"
import type { ActionDeclaration } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { Command } from "effect/cli"
import { argumentFlags } from "../actions/argumentFlags.ts"
import { allConnectorFields, connectors, selectConnector } from "@rollcall/connector-registry"
import { safeJson } from "../render/escapeControls.ts"
import { Screen } from "../Screen.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

const allActions = connectors.flatMap(({ displayName, actions = [] }) =>
  actions.map((action) => ({ ...action, connector: displayName })),
)

const list = settingsCommand(
  "list",
  { summary: "List what can be run, and with which flags.", fields: [], own: {} },
  Effect.fnUntraced(function* ({ format }) {
    const { actionListing } = yield* Effect.promise(() => import("../actions/actionListing.ts"))
    const { printListing } = yield* Effect.promise(() => import("../render/printListing.ts"))
    yield* printListing(actionListing, Stream.fromIterable(allActions), format)
  }),
)

const runOne = (action: ActionDeclaration) =>
  settingsCommand(
    action.name,
    {
      summary: `${action.description}.`,
      description: `${action.description}. It is done at once, and waited for until the system shows the new state.`,
      connectorFields: allConnectorFields,
      fields: pickAppFields("file", "audit-file"),
      own: argumentFlags(action),
    },
    Effect.fnUntraced(function* ({ settings, connectorSettings, format, own }) {
      const screen = yield* Screen
      const { auditFileBeside } = yield* Effect.promise(() => import("@rollcall/audit-log"))
      const { outcomeJson, outcomeListing } = yield* Effect.promise(() => import("../actions/actionListing.ts"))
      const { runNamed } = yield* Effect.promise(() => import("../actions/runNamed.ts"))
      const { printListing } = yield* Effect.promise(() => import("../render/printListing.ts"))
      const entry = yield* selectConnector(connectorSettings)
      const loaded = yield* Effect.promise(entry.load)
      const { connector } = yield* loaded.open(connectorSettings)
      const auditFile = settings["audit-file"] ?? auditFileBeside(settings.file)
      const done = yield* runNamed(connector, action.name, own, auditFile)
      if (format === "json") return yield* screen.out(`${safeJson(yield* outcomeJson(done), 2)}\n`)
      yield* printListing(outcomeListing(action), Stream.succeed(done), format)
    }, Effect.scoped),
  )

/** `rollcall actions …` */
export const actionsCommand = Command.make("actions").pipe(
  Command.withDescription("List and run what can be done besides granting, such as disabling an account."),
  Command.withSubcommands([
    list,
    Command.make("run").pipe(
      Command.withDescription("Run an action."),
      Command.withSubcommands(allActions.map(runOne)),
    ),
  ]),
)
