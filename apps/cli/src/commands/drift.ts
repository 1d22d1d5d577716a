// `rollcall drift`: where the system differs from a desired state. What does the work is loaded when it is needed.
import { pickAppFields } from "@rollcall/config"
import { AuditOrigin } from "@rollcall/connector"
import type { ModuleList } from "@rollcall/host"
import { openModule, selectModule } from "@rollcall/host"
import { Effect } from "effect"
import { Flag } from "effect/cli"
import { leaseFields, limitFields, viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { connectorOptions, reasonFlag, yesFlag } from "./commonFlags.ts"

/** `rollcall drift` */
export const driftCommand = (modules: ModuleList) =>
  settingsCommand(
    "drift",
    {
      summary: "Say where the system differs from a desired state.",
      description:
        "Say where the system differs from a desired state: who holds what they should not, and who lacks what they should hold. It reads " +
        "how things stand now, and changes nothing without --fix, which makes a plan of it and carries that out as `rollcall apply` does. " +
        "What Rollcall cannot change, such as roles, is compared with the last sync, and named in the notes.",
      connectorFields: connectorOptions(modules),
      fields: [...viewFields, ...leaseFields, ...pickAppFields("audit-file", "plan-max-age"), ...limitFields],
      formats: ["table", "json", "markdown"],
      own: {
        desired: Flag.String("desired").pipe(
          Flag.withMetavar("path"),
          Flag.withDescription("The file of who is to hold what (YAML), as `rollcall plan --init` writes it."),
        ),
        fix: Flag.Boolean("fix").pipe(
          Flag.withDescription("Make the system as the file says."),
          Flag.withDefault(false),
        ),
        reason: reasonFlag,
        yes: yesFlag,
        exitCode: Flag.Boolean("exit-code").pipe(
          Flag.withDescription("End with 2 where something differs."),
          Flag.withDefault(false),
        ),
      },
      examples: [
        { command: "rollcall drift --desired access.yaml --exit-code" },
        { command: "rollcall drift --desired access.yaml --fix", description: "Show it, ask, and mend it" },
      ],
    },
    Effect.fnUntraced(function* ({ settings, config, connectorSettings, format, quiet, own }) {
      const { changeRules } = yield* Effect.promise(() => import("@rollcall/host/changes"))
      const { rememberReads } = yield* Effect.promise(() => import("@rollcall/plan"))
      const { askedOfPlan } = yield* Effect.promise(() => import("../plan/planSources.ts"))
      const { planAndPrint, planNow } = yield* Effect.promise(() => import("../plan/planning.ts"))
      const module = yield* selectModule(modules, connectorSettings)
      const { connector } = yield* openModule(module, connectorSettings)
      const reading = rememberReads(connector)
      const asked = yield* askedOfPlan({ desired: own.desired }, { connector: reading, modules, file: settings.file })
      const rules = changeRules(config)
      const { auditFileBeside } = yield* Effect.promise(() => import("@rollcall/audit-file"))
      const auditFile = settings["audit-file"] ?? auditFileBeside(settings.file)
      const { otherDrift } = yield* Effect.promise(() => import("../plan/otherDrift.ts"))
      const others = yield* otherDrift(reading, asked.unchangeable ?? [], settings)
      const said = { reason: own.reason, ticket: undefined, evenMyself: false, notes: others.notes }
      const planning = { ...own, ...asked, ...said, rules, auditFile, quiet }
      const heading = others.differs ? "drift elsewhere" : "drift"
      if (!own.fix) {
        const unwritten = { key: undefined, out: undefined, force: false, sources: [] }
        return yield* planAndPrint(reading, { ...planning, ...unwritten, format, heading })
      }
      const { intervalOf } = yield* Effect.promise(() => import("@rollcall/host/schedule"))
      const { refuseUnapproved } = yield* Effect.promise(() => import("../approval/approval.ts"))
      const { apply } = yield* Effect.promise(() => import("../plan/applying.ts"))
      const { auditOrigin } = yield* Effect.promise(() => import("../changes/audit.ts"))
      const { printPlan } = yield* Effect.promise(() => import("../plan/planText.ts"))
      const plan = yield* planNow(reading, planning)
      if (plan.changes.length === 0) return yield* printPlan(plan, format, heading)
      yield* Effect.provideService(
        refuseUnapproved(reading, asked.desiredChanges, rules),
        AuditOrigin,
        yield* auditOrigin(own.reason),
      )
      // It reads again what it is about to change.
      yield* apply(connector, {
        plan,
        approvedBy: undefined,
        rules,
        auditFile,
        maxAge: intervalOf(settings["plan-max-age"]) ?? 0,
        wait: 0,
        evenMyself: false,
        yes: own.yes,
        format,
        quiet,
      })
    }, Effect.scoped),
  )
