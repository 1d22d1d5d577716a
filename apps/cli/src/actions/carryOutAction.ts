// Runs an action of a connector for one or many, recorded before and after. Without `yes` it is a dry run, or on a terminal a
// question.
import { auditLogFile } from "@rollcall/audit-file"
import type { ActionResult, Connector, RanActions, StoreError } from "@rollcall/connector"
import { AuditLog, AuditOrigin, ConnectorError, runActions } from "@rollcall/connector"
import { Effect } from "effect"
import { watchedAuditLog } from "../changes/audit.ts"
import { confirm, stopped } from "../changes/carryOut.ts"
import type { OutcomeWords } from "../changes/outcomes.ts"
import { concernedIn, countsOf, failureLines, personLines, printOutcomes, verdictOf } from "../changes/outcomes.ts"
import { errLines, Screen } from "../Screen.ts"
import { safeJson } from "@rollcall/access/render"
import { outcomeJson, outcomeListing, personOf } from "./actionListing.ts"
import type { ActionPlan } from "./ActionPlan.ts"

/** Carries out the plan, prints a result for each run, and fails where they did not all go well. */
export const carryOutAction = Effect.fn("Actions.carryOut")(
  function* (connector: Connector, plan: ActionPlan) {
    const screen = yield* Screen
    const { action, all, reasons, yes, evenMyself } = plan
    const { log, hasEntries } = yield* watchedAuditLog
    const run = (dryRun: boolean) =>
      Effect.mapError(runActions(connector, action.name, all, { dryRun, evenMyself, statedReasons: reasons }), withFlag)
    const carriedOut = run(false).pipe(
      Effect.provideService(AuditLog, log),
      Effect.onInterrupt(() => errLines([stopped(plan)])),
    )
    if (yes) return yield* conclude(plan, yield* carriedOut, hasEntries())
    const preview = yield* run(true)
    const concerned = preview.results.filter(({ outcome }) => outcome === "wouldChange")
    if (!plan.mayAsk || screen.ask === undefined || concerned.length === 0 || preview.stopReason !== undefined) {
      return yield* conclude(plan, preview, false)
    }
    yield* errLines(previewLines(plan, preview.results))
    yield* confirm(screen.ask)
    yield* conclude(plan, yield* carriedOut, hasEntries())
  },
  (effect, _connector, { auditFile, origin }) =>
    effect.pipe(Effect.provideService(AuditOrigin, origin), Effect.provide(auditLogFile(auditFile))),
)

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
const conclude = Effect.fnUntraced(function* (plan: ActionPlan, ran: RanActions, recorded: boolean) {
  const { results } = ran
  const [only] = results
  // One run that failed says all in its error.
  const isOneFailure = plan.single && only?.outcome === "failed"
  const printed = yield* Effect.exit(isOneFailure ? Effect.void : print(plan, results))
  const counts = countsOf(words, results)
  if (results.some(({ outcome }) => outcome === "wouldChange")) {
    yield* errLines([`Nothing was changed: ${counts}. Run again with --yes to carry it out.`])
  } else {
    const where = recorded ? `; recorded in ${plan.auditFile}` : ""
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
