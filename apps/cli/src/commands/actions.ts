// What a connector can do besides granting. Each action is a command with flags of its own.
import type { ActionDeclaration } from "@rollcall/connector"
import { cannot, mayTakeAccess } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { Command, Flag } from "effect/cli"
import { argumentFlags } from "../actions/ActionPlan.ts"
import type { ModuleList } from "@rollcall/host"
import { openModule, refuse, selectModule } from "@rollcall/host"
import { connectorOptions, optionalPath, reasonFlag, remindFlag, yesFlag } from "./commonFlags.ts"
import { changeFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

const allActions = ({ all }: ModuleList) =>
  all.flatMap(({ displayName, actions = [] }) => actions.map((action) => ({ ...action, connector: displayName })))

const list = (modules: ModuleList) =>
  settingsCommand(
    "list",
    { summary: "List the actions and their flags.", fields: [], own: {} },
    Effect.fnUntraced(function* ({ format }) {
      const { actionListing } = yield* Effect.promise(() => import("../actions/actionListing.ts"))
      const { printListing } = yield* Effect.promise(() => import("../render/printListing.ts"))
      yield* printListing(actionListing, Stream.fromIterable(allActions(modules)), format)
    }),
  )

const evenMyselfFlag = Flag.Boolean("even-myself").pipe(
  Flag.withDescription("Also allow the account that the token belongs to; this ends the token."),
  Flag.withDefault(false),
)

/** Authors end a description with one or without. */
const withoutFullStop = (text: string): string => text.replace(/\.+$/u, "")

const isAboutAccount = ({ arguments: fields }: ActionDeclaration): boolean =>
  fields.some(({ isPrincipal }) => isPrincipal === true)

/** So few are looked up one by one for the names in the results; more of them would take a pass over all accounts. */
const fewRuns = 10

const runOne = (modules: ModuleList) => (action: ActionDeclaration) =>
  settingsCommand(
    action.name,
    {
      summary: `${withoutFullStop(action.description)}.`,
      description:
        `${withoutFullStop(action.description)}, ${isAboutAccount(action) ? "for one account or for those of a list" : "once, or once for each line of a list"}. The command waits until the system shows the new ` +
        "state. Without --yes it asks on a terminal, and elsewhere prints what it would do. The audit log gets a line before and after each.",
      connectorFields: connectorOptions(modules),
      fields: changeFields,
      own: {
        arguments: argumentFlags(action),
        from: optionalPath("from", "A list: CSV with one per line; - reads the standard input."),
        reason: reasonFlag,
        yes: yesFlag,
        ...(mayTakeAccess(action) ? { evenMyself: evenMyselfFlag } : {}),
        ...(action.kind === "accountDisable" ? { until: remindFlag } : {}),
      },
    },
    Effect.fnUntraced(function* ({ settings, config, connectorSettings, format, quiet, own }) {
      const { auditFileBeside } = yield* Effect.promise(() => import("@rollcall/audit-file"))
      const { auditOrigin } = yield* Effect.promise(() => import("../changes/audit.ts"))
      const { changeRules } = yield* Effect.promise(() => import("@rollcall/host/changes"))
      const { askedRuns } = yield* Effect.promise(() => import("../actions/askedRuns.ts"))
      const { carryOutAction } = yield* Effect.promise(() => import("../actions/carryOutAction.ts"))
      const { resolveAccounts } = yield* Effect.promise(() => import("../actions/resolveAccounts.ts"))
      const { endOf } = yield* Effect.promise(() => import("../leases/endOf.ts"))
      const remindAt = yield* endOf({ until: own.until })
      const asked = yield* askedRuns(action, own.arguments, own.from)
      const origin = yield* auditOrigin(own.reason)
      const module = yield* selectModule(modules, connectorSettings)
      const { connector } = yield* openModule(module, connectorSettings)
      const can = ({ actions = [] }: { readonly actions?: ReadonlyArray<ActionDeclaration> | undefined }) =>
        actions.some(({ name }) => name === action.name)
      if (!can(connector)) return yield* refuse(modules, cannot(connector, `run ${action.name}`), can)
      yield* carryOutAction(connector, {
        action,
        ...(yield* resolveAccounts(connector, action, asked.all, { ids: !own.yes || asked.all.length <= fewRuns })),
        reasons: asked.reasons,
        single: own.from === undefined,
        yes: own.yes,
        mayAsk: !asked.isStandardInput,
        evenMyself: own.evenMyself ?? false,
        remindAt,
        origin,
        rules: changeRules(config),
        auditFile: settings["audit-file"] ?? auditFileBeside(settings.file),
        format,
        quiet,
      })
    }, Effect.scoped),
  )

/** `rollcall actions …` */
export const actionsCommand = (modules: ModuleList) =>
  Command.make("actions").pipe(
    Command.withDescription("List and run actions, such as disabling an account."),
    Command.withSubcommands([
      list(modules),
      Command.make("run").pipe(
        Command.withDescription("Run an action."),
        Command.withSubcommands(allActions(modules).map(runOne(modules))),
      ),
    ]),
  )
