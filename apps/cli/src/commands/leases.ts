// Access for a time: what is open, moving and ending it, and what a store needs after a move or a restore. What does the work is loaded
// when it is needed.
import { pickAppFields } from "@rollcall/config"
import type { ModuleList } from "@rollcall/host"
import { openModule, selectModule } from "@rollcall/host"
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { changeFields, leaseFields, lendingFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { connectorOptions, reasonFlag, untilFlags, yesFlag } from "./commonFlags.ts"

const idArgument = Argument.String("id").pipe(
  Argument.withDescription("The lease, as `rollcall leases list` shows it."),
)

const listCommand = settingsCommand(
  "list",
  {
    summary: "List access for a time that is not over, in the order of the ends.",
    fields: leaseFields,
    own: {
      due: Flag.Boolean("due").pipe(
        Flag.withDescription("Only what is past its end, reminders too."),
        Flag.withDefault(false),
      ),
      all: Flag.Boolean("all").pipe(
        Flag.withDescription("Also what is over, and how it ended."),
        Flag.withDefault(false),
      ),
    },
    examples: [{ command: "rollcall leases list" }, { command: "rollcall leases list --due -o json" }],
  },
  Effect.fnUntraced(function* ({ settings, format, own }) {
    const { storeFileOf } = yield* Effect.promise(() => import("@rollcall/host/changes"))
    const { listLeases } = yield* Effect.promise(() => import("../leases/listing.ts"))
    yield* listLeases(storeFileOf(settings.leases), own, format)
  }),
)

const extendCommand = (modules: ModuleList) =>
  settingsCommand(
    "extend",
    {
      summary: "Move the end of a lease later, or a reminder to any time to come.",
      connectorFields: connectorOptions(modules),
      fields: lendingFields,
      own: { id: idArgument, ...untilFlags, reason: reasonFlag },
      examples: [{ command: "rollcall leases extend 5e1f0a7722c04d19 --for 4h" }],
    },
    Effect.fnUntraced(function* ({ settings, config, connectorSettings, format, own }) {
      const { auditFileBeside } = yield* Effect.promise(() => import("@rollcall/audit-file"))
      const { auditOrigin } = yield* Effect.promise(() => import("../changes/audit.ts"))
      const { changeRules } = yield* Effect.promise(() => import("@rollcall/host/changes"))
      const { endOf } = yield* Effect.promise(() => import("../leases/endOf.ts"))
      const { extendLease, noEnd } = yield* Effect.promise(() => import("../leases/extending.ts"))
      const until = (yield* endOf(own)) ?? (yield* noEnd)
      const origin = yield* auditOrigin(own.reason)
      const { connector } = yield* openModule(yield* selectModule(modules, connectorSettings), connectorSettings)
      yield* extendLease(connector, {
        id: own.id,
        until,
        maxLease: settings["max-lease"],
        origin,
        rules: changeRules(config),
        auditFile: settings["audit-file"] ?? auditFileBeside(settings.file),
        format,
      })
    }, Effect.scoped),
  )

const endCommand = (modules: ModuleList) =>
  settingsCommand(
    "end",
    {
      summary: "End a lease now.",
      description:
        "End a lease now: say who has what until when and why, ask, and remove it. Of a reminder, which a disabled account has, enable the " +
        "account. Without --yes it asks on a terminal, and elsewhere says what it would do.",
      connectorFields: connectorOptions(modules),
      fields: changeFields,
      own: { id: idArgument, reason: reasonFlag, yes: yesFlag },
      listing: false,
      examples: [{ command: "rollcall leases end 5e1f0a7722c04d19" }],
    },
    Effect.fnUntraced(function* ({ settings, config, connectorSettings, own }) {
      const { auditFileBeside } = yield* Effect.promise(() => import("@rollcall/audit-file"))
      const { auditOrigin } = yield* Effect.promise(() => import("../changes/audit.ts"))
      const { changeRules } = yield* Effect.promise(() => import("@rollcall/host/changes"))
      const { endLease } = yield* Effect.promise(() => import("../leases/ending.ts"))
      const origin = yield* auditOrigin(own.reason)
      const { connector } = yield* openModule(yield* selectModule(modules, connectorSettings), connectorSettings)
      yield* endLease(connector, {
        id: own.id,
        yes: own.yes,
        origin,
        rules: changeRules(config),
        auditFile: settings["audit-file"] ?? auditFileBeside(settings.file),
      })
    }, Effect.scoped),
  )

const exportCommand = settingsCommand(
  "export",
  {
    summary: "Print all leases of the store, a line of JSON each, for `rollcall leases import`.",
    fields: leaseFields,
    listing: false,
    own: {},
    examples: [{ command: "rollcall leases export > leases.ndjson" }],
  },
  Effect.fnUntraced(function* ({ settings }) {
    const { storeFileOf } = yield* Effect.promise(() => import("@rollcall/host/changes"))
    const { exportLeases } = yield* Effect.promise(() => import("../leases/moving.ts"))
    yield* exportLeases(storeFileOf(settings.leases))
  }),
)

const importCommand = settingsCommand(
  "import",
  {
    summary: "Add the leases of an export to the store; those that it has stay, and none is opened again.",
    fields: lendingFields,
    listing: false,
    own: { file: Argument.String("file").pipe(Argument.withDescription("The export.")) },
    examples: [{ command: "rollcall leases import leases.ndjson" }],
  },
  Effect.fnUntraced(function* ({ config, own }) {
    const { changeRules } = yield* Effect.promise(() => import("@rollcall/host/changes"))
    const { importLeases } = yield* Effect.promise(() => import("../leases/moving.ts"))
    const { intervalOf } = yield* Effect.promise(() => import("@rollcall/host/schedule"))
    yield* importLeases(changeRules(config), own.file, intervalOf(config.settings["max-lease"] ?? ""))
  }),
)

const reconcileCommand = (modules: ModuleList) =>
  settingsCommand(
    "reconcile",
    {
      summary: "Put the store right by the audit log, after an older copy of it was restored.",
      description:
        "Put the store right by the audit log, after an older copy of it was restored: leases that it lacks are opened again, ends that were " +
        "moved are moved, and what is over by the log is closed. Nothing is granted or removed. Without --yes it asks on a terminal, and " +
        "elsewhere says what it would do.",
      connectorFields: connectorOptions(modules),
      fields: [...pickAppFields("file", "audit-file"), ...leaseFields],
      own: { yes: yesFlag },
      examples: [{ command: "rollcall leases reconcile --audit-file audit.ndjson" }],
    },
    Effect.fnUntraced(function* ({ settings, connectorSettings, format, own }) {
      const { auditFileBeside } = yield* Effect.promise(() => import("@rollcall/audit-file"))
      const { storeFileOf } = yield* Effect.promise(() => import("@rollcall/host/changes"))
      const { reconcile } = yield* Effect.promise(() => import("../leases/moving.ts"))
      const { id } = yield* selectModule(modules, connectorSettings)
      yield* reconcile(storeFileOf(settings.leases), {
        connector: id,
        auditFile: settings["audit-file"] ?? auditFileBeside(settings.file),
        yes: own.yes,
        format,
      })
    }, Effect.scoped),
  )

/** `rollcall leases …` */
export const leasesCommand = (modules: ModuleList) =>
  Command.make("leases").pipe(
    Command.withDescription("Show, extend and end access for a time."),
    Command.withSubcommands([
      listCommand,
      extendCommand(modules),
      endCommand(modules),
      exportCommand,
      importCommand,
      reconcileCommand(modules),
    ]),
  )

/** `rollcall expire` */
export const expireCommand = (modules: ModuleList) =>
  settingsCommand(
    "expire",
    {
      summary: "End access whose time is over, once: for cron, where no worker runs.",
      description:
        "End access whose time is over, once: for cron, where no worker runs. Nothing ends where this machine's clock and the system's are " +
        "more than two minutes apart. It ends with 1 where an end failed, with that failure's code where it stopped the run, and with 77 where " +
        "this token can end none.",
      connectorFields: connectorOptions(modules),
      fields: changeFields,
      own: {},
      examples: [{ command: "rollcall expire" }],
    },
    Effect.fnUntraced(function* ({ settings, config, connectorSettings, format }) {
      const { auditFileBeside } = yield* Effect.promise(() => import("@rollcall/audit-file"))
      const { auditOrigin } = yield* Effect.promise(() => import("../changes/audit.ts"))
      const { changeRules } = yield* Effect.promise(() => import("@rollcall/host/changes"))
      const { expire } = yield* Effect.promise(() => import("../leases/expiring.ts"))
      const { connector } = yield* openModule(yield* selectModule(modules, connectorSettings), connectorSettings)
      yield* expire(connector, {
        origin: yield* auditOrigin(undefined),
        rules: changeRules(config),
        auditFile: settings["audit-file"] ?? auditFileBeside(settings.file),
        format,
      })
    }, Effect.scoped),
  )
