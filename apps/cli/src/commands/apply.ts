// `rollcall apply`: carries a plan out, once. What does the work is loaded when it is needed.
import { pickAppFields } from "@rollcall/config"
import { cannotChange } from "@rollcall/connector"
import { provisions } from "@rollcall/connector-module"
import type { ModuleList } from "@rollcall/host"
import { openModule, refuse, selectModule } from "@rollcall/host"
import { Effect } from "effect"
import { Argument } from "effect/cli"
import { UsageError } from "../errors.ts"
import { changeFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { connectorOptions, evenMyselfFlag, optionalText, yesFlag } from "./commonFlags.ts"

/** `rollcall apply` */
export const applyCommand = (modules: ModuleList) =>
  settingsCommand(
    "apply",
    {
      summary: "Carry out a plan.",
      description:
        "Carry out a plan, once. It first looks whether the plan still fits: where what it is about has changed since, nothing is begun. " +
        "Applied again after it stopped early, it skips what was done. Without --yes it then asks on a terminal, and elsewhere prints what " +
        "it would do. " +
        "The audit log gets a line before and after each change.",
      connectorFields: connectorOptions(modules),
      fields: [...changeFields, ...pickAppFields("plan-max-age")],
      own: {
        plan: Argument.String("plan").pipe(Argument.withDescription("The plan, as `rollcall plan --out` wrote it.")),
        yes: yesFlag,
        wait: optionalText(
          "wait",
          undefined,
          "time",
          "How long to wait for another apply to end, such as 10m; not at all when unset.",
        ),
        evenMyself: evenMyselfFlag,
      },
      examples: [
        { command: "rollcall apply plan.json", description: "Show it, ask, and carry it out" },
        {
          command: "rollcall apply plan.json --yes --wait 10m",
          description: "Without asking, after others have ended",
        },
      ],
    },
    Effect.fnUntraced(function* ({ settings, config, connectorSettings, format, quiet, own }) {
      const { auditFileBeside } = yield* Effect.promise(() => import("@rollcall/audit-file"))
      const { changeRules } = yield* Effect.promise(() => import("@rollcall/host/changes"))
      const { intervalOf } = yield* Effect.promise(() => import("@rollcall/host/schedule"))
      const { apply } = yield* Effect.promise(() => import("../plan/applying.ts"))
      const { approvalOf, readPlan } = yield* Effect.promise(() => import("../approval/approval.ts"))
      const wait = own.wait === undefined ? 0 : intervalOf(own.wait)
      if (wait === undefined) return yield* noWait
      const file = yield* readPlan(own.plan)
      const rules = changeRules(config)
      const module = yield* selectModule(modules, connectorSettings)
      const { connector } = yield* openModule(module, connectorSettings)
      if (connector.provisioning === undefined) return yield* refuse(modules, cannotChange(connector), provisions)
      const approvedBy = yield* approvalOf(connector, file, rules, own.plan)
      yield* apply(connector, {
        ...own,
        plan: file.plan,
        path: own.plan,
        approvedBy,
        wait,
        rules,
        auditFile: settings["audit-file"] ?? auditFileBeside(settings.file),
        // A rule of the setting has seen that it is an interval.
        maxAge: intervalOf(settings["plan-max-age"]) ?? 0,
        format,
        quiet,
      })
    }, Effect.scoped),
  )

const noWait = new UsageError({
  message: "--wait must be a length of time.",
  hint: "Give one such as 10m, 90s or 1h.",
})
