// Runs an action of a connector for one or many, recorded before and after. Without `yes` it is a dry run, or on a terminal a
// question.
import { auditLogFile } from "@rollcall/audit-log"
import type { ActionResult, Connector, RanActions } from "@rollcall/connector"
import { AuditOrigin, ConnectorError, runActions } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { confirm } from "../changes/carryOut.ts"
import { personLine } from "../changes/changeSummary.ts"
import { verdictOf } from "../changes/verdict.ts"
import { escapeControls, safeJson } from "../render/escapeControls.ts"
import { printListing } from "../render/printListing.ts"
import { Screen } from "../Screen.ts"
import { outcomeJson, outcomeListing, personOf } from "./actionListing.ts"
import type { ActionPlan } from "./ActionPlan.ts"

/** Carries out the plan, prints a result for each run, and fails where they did not all go well. */
export const carryOutAction = Effect.fn("Actions.carryOut")(
  function* (connector: Connector, plan: ActionPlan) {
    const screen = yield* Screen
    const { action, all, yes, evenMyself } = plan
    const run = (dryRun: boolean) =>
      Effect.mapError(runActions(connector, action.name, all, { dryRun, evenMyself }), withFlag)
    if (yes) return yield* conclude(plan, yield* run(false))
    const preview = yield* run(true)
    const concerned = preview.results.filter(({ outcome }) => outcome === "wouldChange")
    if (!plan.mayAsk || screen.ask === undefined || concerned.length === 0 || preview.cutShort !== undefined) {
      return yield* conclude(plan, preview)
    }
    for (const line of previewLines(plan, preview.results)) yield* screen.err(`${escapeControls(line)}\n`)
    yield* confirm(screen.ask)
    yield* conclude(plan, yield* run(false))
  },
  (effect, _connector, { auditFile, origin }) =>
    effect.pipe(Effect.provideService(AuditOrigin, origin), Effect.provide(auditLogFile(auditFile))),
)

/** The flag that allows it belongs to this command alone. */
const withFlag = (error: ConnectorError): ConnectorError =>
  error.reason === "OwnAccount"
    ? new ConnectorError({
        reason: error.reason,
        message: error.message,
        hint: `${error.hint} If it is meant, run again with --even-myself.`,
        cause: error,
      })
    : error

/** Accounts that a question names one by one. */
const namedAccounts = 200

const previewLines = (plan: ActionPlan, results: ReadonlyArray<ActionResult>): ReadonlyArray<string> => {
  const concerned = results.filter(({ outcome }) => outcome === "wouldChange" || outcome === "failed")
  return [
    `${plan.action.displayName}: ${countsOf(results)}`,
    ...concerned.slice(0, namedAccounts).map((result) => {
      const { id, displayName, address } = personOf(plan, result)
      const refused = result.outcome === "failed" ? `: ${result.failure.message}` : ""
      return `  ${personLine(id, displayName, address)}${refused}`
    }),
    ...(concerned.length > namedAccounts ? [`  and ${concerned.length - namedAccounts} more`] : []),
  ]
}

const words: ReadonlyArray<readonly [ActionResult["outcome"], string]> = [
  ["changed", "done"],
  ["wouldChange", "would be done"],
  ["already", "done before"],
  ["failed", "failed"],
  ["notTried", "not tried"],
]

const countsOf = (results: ReadonlyArray<ActionResult>): string => {
  const counts = words.flatMap(([outcome, word]) => {
    const count = results.filter((result) => result.outcome === outcome).length
    return count === 0 ? [] : [`${count.toLocaleString("en")} ${word}`]
  })
  return counts.length === 0 ? "nothing was asked for" : counts.join(", ")
}

/** The outcomes decide the exit code even where nobody reads the results. */
const conclude = Effect.fnUntraced(function* (plan: ActionPlan, ran: RanActions) {
  const screen = yield* Screen
  const { results } = ran
  const [only] = results
  // One run that failed says all in its error.
  const isOneFailure = plan.single && only?.outcome === "failed"
  const printed = yield* Effect.exit(isOneFailure ? Effect.void : print(plan, results))
  if (results.some(({ outcome }) => outcome === "wouldChange")) {
    yield* screen.err(`Nothing was changed: ${countsOf(results)}. Run again with --yes to carry it out.\n`)
  } else if (!plan.single) {
    for (const line of plan.quiet ? [] : failureLines(results)) yield* screen.err(`${escapeControls(line)}\n`)
    const isRecorded = results.some(({ outcome }) => outcome === "changed" || outcome === "failed")
    yield* screen.err(
      `${countsOf(results)}${isRecorded && plan.yes ? `; recorded in ${escapeControls(plan.auditFile)}` : ""}.\n`,
    )
  }
  yield* verdictOf(ran, plan)
  yield* printed
})

const print = (plan: ActionPlan, results: ReadonlyArray<ActionResult>) => {
  const [only] = results
  return plan.single && plan.format === "json" && only !== undefined
    ? Effect.flatMap(Screen, (screen) => screen.out(`${safeJson(outcomeJson(plan, only), 2)}\n`))
    : printListing(outcomeListing(plan), Stream.fromIterable(results), plan.format)
}

/** Reasons of failures that are named; of more than these only the number is told. */
const named = 20

const failureLines = (results: ReadonlyArray<ActionResult>): ReadonlyArray<string> => {
  const lines = new Set(
    results.flatMap((result) =>
      result.outcome === "failed" ? [`failed: ${result.failure.message} ${result.failure.hint}`.trim()] : [],
    ),
  )
  return [...[...lines].slice(0, named), ...(lines.size > named ? [`failed: ${lines.size - named} more reasons`] : [])]
}
