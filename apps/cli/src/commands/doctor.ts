// Says before a sync what it will be able to do, and what to change where it will not.
import { exitCodes } from "@rollcall/connector"
import { Effect } from "effect"
import type { ModuleList } from "@rollcall/host"
import { diagnoseModule, defaultModule, selectModule, storeFields } from "@rollcall/host"
import { ExitWith } from "../errors.ts"
import { connectorOptions } from "./commonFlags.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

/** `rollcall doctor` */
export const doctorCommand = (modules: ModuleList) =>
  settingsCommand(
    "doctor",
    {
      summary: "Check token, scopes, limits, clock, file and folder, and report what is missing without each.",
      description:
        "Check token, scopes, limits, clock, file and folder, and report what is missing without each. " +
        "Ends with 77 or 78 if something is missing that a sync requires.",
      connectorFields: connectorOptions(modules),
      fields: storeFields,
      own: {},
    },
    Effect.fnUntraced(function* ({ settings, connectorSettings, format }) {
      const { inspectOutput } = yield* Effect.promise(() => import("../doctor/inspectOutput.ts"))
      const { printFindings } = yield* Effect.promise(() => import("../doctor/printFindings.ts"))
      // Without a token there is no connector to choose; of those that come with Rollcall the default one says what to do about it.
      const selected = selectModule(modules, connectorSettings)
      const module = yield* modules.sources === undefined
        ? Effect.orElseSucceed(selected, () => defaultModule(modules))
        : selected
      const { findings: ofConnector, tenant, tenantType } = yield* diagnoseModule(module, connectorSettings)
      const findings = [...ofConnector, ...(yield* inspectOutput(settings, { tenant, tenantType }))]
      yield* printFindings(findings, format)
      const failure = findings.find((finding) => finding.state === "failed")
      yield* failure === undefined ? Effect.void : new ExitWith({ code: exitCodes[failure.kind ?? "unexpected"] })
    }),
  )
