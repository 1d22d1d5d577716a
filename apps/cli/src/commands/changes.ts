// The commands that change who holds what. `grant` and `revoke` differ in a few flags; what does the work is loaded when it is
// needed.
import type { ChangeIntent } from "@rollcall/connector"
import { cannotChange } from "@rollcall/connector"
import { provisions } from "@rollcall/connector-module"
import type { ModuleList } from "@rollcall/host"
import { openModule, refuse, selectModule } from "@rollcall/host"
import { Effect } from "effect"
import type { Command } from "effect/cli"
import { lendingFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import {
  connectorOptions,
  optionalPath,
  optionalText,
  reasonFlag,
  untilFlags,
  withoutWorkerFlag,
  yesFlag,
} from "./commonFlags.ts"

const changeFlags = {
  entitlement: optionalText(
    "entitlement",
    "e",
    "id or name",
    "The entitlement: its id, such as group:S0123:member, or the exact name of it or of its group in the file.",
  ),
  principal: optionalText("principal", undefined, "id or e-mail", "The account: its id or its e-mail address."),
  from: optionalPath(
    "from",
    "A list: CSV with lines entitlement,principal, or the output of `rollcall grants -o csv`; - reads the standard input.",
  ),
  reason: reasonFlag,
  yes: yesFlag,
}

/** Flags that only one of the two has, as they were given. */
interface OwnFlags {
  readonly grant?: string | undefined
  readonly for?: string | undefined
  readonly until?: string | undefined
  readonly withoutWorker?: boolean
}

/** Makes the command for an intent. */
const changeCommand = <const Name extends ChangeIntent, const Own extends Command.Command.Config>(
  modules: ModuleList,
  intent: Name,
  options: {
    readonly summary: string
    readonly description: string
    readonly own: Own
    readonly examples: ReadonlyArray<Command.Command.Example>
  },
  ownOf: (own: Command.Command.Config.InferValue<Own>) => OwnFlags,
) =>
  settingsCommand(
    intent,
    {
      summary: options.summary,
      description: options.description,
      connectorFields: connectorOptions(modules),
      fields: lendingFields,
      own: { common: changeFlags, own: options.own },
      examples: options.examples,
    },
    Effect.fnUntraced(function* ({ settings, config, connectorSettings, format, quiet, own }) {
      const { auditFileBeside } = yield* Effect.promise(() => import("@rollcall/audit-file"))
      const { askedChanges, resolveNames } = yield* Effect.promise(() => import("../changes/askedChanges.ts"))
      const { auditOrigin } = yield* Effect.promise(() => import("../changes/audit.ts"))
      const { carryOut } = yield* Effect.promise(() => import("../changes/carryOut.ts"))
      const { resolveChanges } = yield* Effect.promise(() => import("../changes/resolveChanges.ts"))
      const { changeRules } = yield* Effect.promise(() => import("@rollcall/host/changes"))
      const { grant, ...timed } = ownOf(own.own)
      const { endOf } = yield* Effect.promise(() => import("../leases/endOf.ts"))
      const until = yield* endOf(timed)
      const asked = yield* resolveNames(yield* askedChanges(intent, { ...own.common, grant }), settings.file)
      const origin = yield* auditOrigin(own.common.reason)
      const module = yield* selectModule(modules, connectorSettings)
      const { connector } = yield* openModule(module, connectorSettings)
      const { resourceTypes, provisioning } = connector
      if (provisioning === undefined) return yield* refuse(modules, cannotChange(connector), provisions)
      const { yes } = own.common
      const foresee = intent === "grant" && !yes
      const plan = {
        intent,
        ...(yield* resolveChanges(intent, asked, { resourceTypes, provisioning }, { foresee })),
        origin,
        single: asked.list === undefined,
        yes,
        mayAsk: asked.list?.isStandardInput !== true,
        rules: changeRules(config),
        auditFile: settings["audit-file"] ?? auditFileBeside(settings.file),
        format,
        quiet,
      }
      if (until === undefined) return yield* carryOut(connector, plan)
      const { lend } = yield* Effect.promise(() => import("../leases/lend.ts"))
      return yield* lend(connector, plan, {
        until,
        maxLease: settings["max-lease"],
        withoutWorker: timed.withoutWorker ?? false,
      })
    }, Effect.scoped),
  )

/** `rollcall grant` */
export const grantCommand = (modules: ModuleList) =>
  changeCommand(
    modules,
    "grant",
    {
      summary: "Grant an entitlement to somebody, or many from a list.",
      description:
        "Grant an entitlement to somebody, or many from a list. Grants that exist are unchanged. Without --yes it asks on a terminal, " +
        "and elsewhere prints what it would do. With --for or --until the access ends by itself, at the hand of a worker or of " +
        "`rollcall expire`. The audit log gets a line before and after each change.",
      own: { ...untilFlags, withoutWorker: withoutWorkerFlag },
      examples: [
        {
          command: "rollcall grant -e group:S0123:member --principal ada@example.com",
          description: "Add one person to an IdP group",
        },
        { command: "rollcall grant --from joiners.csv --yes", description: "Add all of a list without asking" },
        {
          command: "rollcall grant -e group:S0123:member --principal ada@example.com --for 8h --reason REQ-7",
          description: "For eight hours",
        },
      ],
    },
    (own) => own,
  )

/** `rollcall revoke` */
export const revokeCommand = (modules: ModuleList) =>
  changeCommand(
    modules,
    "revoke",
    {
      summary: "Revoke a grant, or many from a list.",
      description:
        "Revoke a grant, or many from a list. Grants that do not exist are skipped. Without --yes it asks on a terminal, and elsewhere " +
        "prints what it would do. The audit log gets a line before and after each change.",
      own: {
        grant: optionalText("grant", undefined, "id", "The id of the grant, instead of entitlement and principal."),
      },
      examples: [
        { command: "rollcall revoke --grant group:S0123:member:user:U0123 --yes" },
        { command: "rollcall revoke --from leavers.csv --max-removals 200", description: "Allow up to 200 removals" },
      ],
    },
    (own) => own,
  )
