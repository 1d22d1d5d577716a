// Says before a sync what it will be able to do, and what to change where it will not.
import { exitCodes } from "@rollcall/connector"
import { Effect } from "effect"
import { allConnectorFields, plainest, selectConnector, storeFields } from "@rollcall/host"
import { ExitWith } from "../ExitWith.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

/** `rollcall doctor` */
export const doctorCommand = settingsCommand(
  "doctor",
  {
    summary: "Check token, scopes, limits, clock, file and folder, and say what is lost without each.",
    description:
      "Check token, scopes, limits, clock, file and folder, and say what is lost without each. " +
      "Ends with 77 or 78 when something is missing that a sync cannot be without.",
    connectorFields: allConnectorFields,
    fields: storeFields,
    own: {},
  },
  Effect.fnUntraced(function* ({ settings, connectorSettings, format }) {
    const { inspectOutput } = yield* Effect.promise(() => import("../doctor/inspectOutput.ts"))
    const { printFindings } = yield* Effect.promise(() => import("../doctor/printFindings.ts"))
    // Without a token there is no connector to choose; the plainest one can say what to do about it.
    const entry = yield* Effect.orElseSucceed(selectConnector(connectorSettings), () => plainest)
    const { about, diagnose } = yield* Effect.promise(entry.load)
    const { findings: ofConnector, tenant } = yield* diagnose(connectorSettings)
    const findings = [...ofConnector, ...(yield* inspectOutput(settings, { tenant, tenantType: about.tenantType }))]
    yield* printFindings(findings, format)
    const failure = findings.find((finding) => finding.state === "failed")
    yield* failure === undefined ? Effect.void : new ExitWith({ code: exitCodes[failure.kind ?? "unexpected"] })
  }),
)
