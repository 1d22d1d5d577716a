// Runs an action of a connector for one or many, recorded before and after. Without `yes` it is a dry run, or on a terminal a
// question.
import { auditLogFile } from "@rollcall/audit-file"
import type { ActionResult, Connector, RanActions, StoreError } from "@rollcall/connector"
import { AuditOrigin, checkBrakes, ConnectorError, runActions } from "@rollcall/connector"
import { brakesOnly, changeServices } from "@rollcall/host/changes"
import { remind } from "@rollcall/plan"
import { Effect, Layer } from "effect"
import type { Recorded } from "../changes/audit.ts"
import { recorded, unrecorded } from "../changes/audit.ts"
import { nothingChanged } from "../changes/ChangePlan.ts"
import { confirm, stopped } from "../changes/carryOut.ts"
import type { OutcomeWords } from "../changes/outcomes.ts"
import { concernedIn, countsOf, failureLines, personLines, printOutcomes, verdictOf } from "../changes/outcomes.ts"
import { errLines, Screen } from "../Screen.ts"
import { safeJson } from "@rollcall/access/render"
import { outcomeJson, outcomeListing, personOf } from "./actionListing.ts"
import { refuseUnapproved } from "../approval/approval.ts"
import { desiredRuns } from "./ActionPlan.ts"
import type { ActionPlan } from "./ActionPlan.ts"
import { accountIn } from "./ActionPlan.ts"

/** Carries out the plan, prints a result for each run, and fails where they did not all go well. */
export const carryOutAction = Effect.fn("Actions.carryOut")(
  function* (connector: Connector, plan: ActionPlan) {
    const screen = yield* Screen
    const { action, all, reasons, people, yes, evenMyself, rules, auditFile } = plan
    const aliases = new Map([...people].flatMap(([id, person]) => (person.aliases ? [[id, person.aliases]] : [])))
    const options = { evenMyself, statedReasons: reasons, aliases }
    const run = (dryRun: boolean) =>
      Effect.mapError(runActions(connector, action.name, all, { ...options, dryRun }), withFlag)
    if (yes || (plan.mayAsk && screen.ask !== undefined)) {
      yield* refuseUnapproved(connector, desiredRuns(connector, plan), rules, { evenMyself })
    }
    const carriedOut = recorded(Effect.tap(run(false), (ran) => keepReminders(connector, plan, ran))).pipe(
      Effect.onInterrupt(() => errLines([stopped(plan)])),
      Effect.provide(changeServices(rules, auditLogFile(auditFile))),
    )
    if (yes) return yield* conclude(plan, yield* carriedOut)
    const preview = yield* run(true)
    const concerned = preview.results.filter(({ outcome }) => outcome === "wouldChange")
    if (!plan.mayAsk || screen.ask === undefined || concerned.length === 0 || preview.stopReason !== undefined) {
      return yield* conclude(plan, unrecorded(preview))
    }
    yield* checkBrakes(preview.brakes)
    yield* errLines(previewLines(plan, preview.results))
    yield* confirm(screen.ask)
    yield* conclude(plan, yield* carriedOut)
  },
  (effect, _connector, { auditFile, origin, rules }) =>
    effect.pipe(
      Effect.provideService(AuditOrigin, origin),
      Effect.provide(Layer.merge(auditLogFile(auditFile), brakesOnly(rules))),
    ),
)

/** Of what was done, or is so already. */
const keepReminders = Effect.fnUntraced(function* (
  connector: Connector,
  { action, all, remindAt }: ActionPlan,
  { results }: RanActions,
) {
  if (remindAt === undefined) return
  const tenant = yield* connector.identify
  const [resourceType = "user"] = connector.provisioning?.principalTypes ?? []
  for (const [at, { outcome }] of results.entries()) {
    const resource = accountIn(action, all[at] ?? {})
    if (resource === undefined || (outcome !== "changed" && outcome !== "already")) continue
    const { id, endsAt } = yield* remind(connector.id, tenant, { resourceType, resource }, remindAt)
    yield* errLines([`note: From ${endsAt} on \`rollcall leases list --due\` names ${resource}, as ${id}.`])
  }
})

/** The flag that allows it belongs to this command alone. */
const withFlag = <E extends ConnectorError | StoreError>(error: E): E | ConnectorError =>
  error._tag === "ConnectorError" && error.reason._tag === "OwnAccount"
    ? new ConnectorError({
        reason: error.reason,
        message: error.message,
        hint: `${error.hint} To do it anyway, run again with --even-myself.`,
        cause: error,
      })
    : error

const previewLines = (plan: ActionPlan, results: ReadonlyArray<ActionResult>): ReadonlyArray<string> => [
  `${plan.action.displayName}: ${countsOf(words, results)}`,
  ...personLines(concernedIn(results), (result) => personOf(plan, result)),
]

const words: OutcomeWords = [
  ["changed", "done"],
  ["wouldChange", "would be done"],
  ["already", "done before"],
  ["failed", "failed"],
  ["notTried", "not tried"],
]

/** The outcomes decide the exit code even where nobody reads the results. */
const conclude = Effect.fnUntraced(function* (plan: ActionPlan, ran: RanActions & Recorded) {
  const { results, brakes } = ran
  const [only] = results
  // One run that failed says all in its error.
  const isOneFailure = plan.single && only?.outcome === "failed"
  const printed = yield* Effect.exit(isOneFailure ? Effect.void : print(plan, results))
  const counts = countsOf(words, results)
  if (results.some(({ outcome }) => outcome === "wouldChange")) {
    yield* errLines([nothingChanged(counts, brakes)])
  } else {
    const where = ran.recorded ? `; recorded in ${plan.auditFile}` : ""
    yield* errLines([...(plan.single || plan.quiet ? [] : failureLines(results)), `${counts}${where}.`])
  }
  yield* verdictOf(ran, plan)
  yield* printed
})

const print = (plan: ActionPlan, results: ReadonlyArray<ActionResult>) => {
  const [only] = results
  return plan.single && plan.format === "json" && only !== undefined
    ? Effect.flatMap(Screen, (screen) => screen.out(`${safeJson(outcomeJson(plan, only), 2)}\n`))
    : printOutcomes(outcomeListing(plan, results), results, plan.format)
}
