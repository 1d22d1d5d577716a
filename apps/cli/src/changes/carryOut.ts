// Carries out changes and tells how it went. Without `yes` it is a dry run, or on a terminal a question.
import { auditLogFile } from "@rollcall/audit-file"
import type { AppliedChanges, AuditLog, ChangeResult, Connector, ConnectorError, StoreError } from "@rollcall/connector"
import { applyChanges, AuditOrigin, ChangeResults, checkBrakes, exitCodes } from "@rollcall/connector"
import { brakesOnly, changeServices } from "@rollcall/host/changes"
import { CallWaits } from "@rollcall/resilience"
import { Clock, Effect, Layer } from "effect"
import { ExitWith } from "../errors.ts"
import type { Waits } from "../Screen.ts"
import { errLines, grouped, Screen, waitLines, withLiveLines, withWait } from "../Screen.ts"
import type { Recorded } from "./audit.ts"
import { recorded, unrecorded } from "./audit.ts"
import type { ChangePlan } from "./ChangePlan.ts"
import { changeWords, newcomerLines, previewLines, summaryLine, toDesiredChanges } from "./ChangePlan.ts"
import { countsOf, failureLines, printAsTheyCome, printResults, verdictOf } from "./outcomes.ts"
import { refuseUnapproved } from "../approval/approval.ts"
import { comparingReads } from "./following.ts"

/** Carries out the plan, prints a result for each change, and fails where they did not all go well. */
export const carryOut = Effect.fn("Changes.carryOut")(
  function* (connector: Connector, plan: ChangePlan) {
    const screen = yield* Screen
    const { intent, changes, yes, rules, auditFile } = plan
    const ask = plan.mayAsk && !yes ? screen.ask : undefined
    if (yes || ask !== undefined) yield* refuseUnapproved(connector, toDesiredChanges(intent, changes), rules)
    const places = { store: rules.store, auditFile }
    const dryRun = comparingReads(connector, places, (reading) =>
      Effect.map(applyChanges(reading, { intent, changes, dryRun: true }), unrecorded),
    )

    if (ask !== undefined) {
      const preview = yield* withChangeProgress(dryRun, plan)
      const somethingToDo = preview.results.some((result) => result.outcome === "wouldChange")
      if (!somethingToDo || preview.stopReason !== undefined) {
        return yield* conclude(plan, preview, printResults(preview.results, plan))
      }
      yield* checkBrakes(preview.brakes)
      yield* errLines(previewLines(plan, preview.results))
      yield* confirm(ask)
    }

    const carriedOut = comparingReads(connector, places, (reading) =>
      recorded(applyChanges(reading, { intent, changes })).pipe(
        Effect.onInterrupt(() => errLines([stopped(plan)])),
        Effect.provide(changeServices(rules, auditLogFile(auditFile))),
      ),
    )
    const run: Effect.Effect<AppliedChanges & Recorded, ConnectorError | StoreError, AuditLog | Screen> =
      yes || ask !== undefined ? carriedOut : dryRun
    const { applied, printed } = yield* printAsTheyCome(withChangeProgress(run, plan), plan)
    yield* conclude(plan, applied, printed)
  },
  (effect, _connector, { auditFile, origin, rules }) =>
    effect.pipe(
      Effect.provideService(AuditOrigin, origin),
      Effect.provide(Layer.merge(auditLogFile(auditFile), brakesOnly(rules))),
    ),
)

/** Asks; anything but a yes ends the command with 130. */
export const confirm = Effect.fnUntraced(function* (ask: NonNullable<Screen["Service"]["ask"]>) {
  const screen = yield* Screen
  if (/^\s*y(?:es)?\s*$/i.test(yield* ask("Proceed? [y/N] "))) return
  yield* screen.err("Nothing was changed.\n")
  return yield* new ExitWith({ code: exitCodes.cancelled })
})

/** The changes decide the exit code even where nobody reads the results. */
const conclude = Effect.fnUntraced(function* <E, R>(
  plan: ChangePlan,
  applied: AppliedChanges & Recorded,
  print: Effect.Effect<void, E, R>,
) {
  const printed = yield* Effect.exit(print)
  yield* errLines([
    ...(plan.quiet ? [] : newcomerLines(applied.newcomers)),
    ...(plan.single || plan.quiet ? [] : failureLines(applied.results)),
    summaryLine(plan, applied),
  ])
  yield* verdictOf(applied, plan)
  yield* printed
})

/** What is said of a run that was interrupted. */
export const stopped = ({ auditFile }: Pick<ChangePlan, "auditFile">): string =>
  `Stopped. What was done is recorded in ${auditFile}. Run the same command again: it skips what was done.`

/** Runs the changes and shows how it goes, unless results go to the same terminal meanwhile. */
const withChangeProgress = Effect.fnUntraced(function* <E, R>(
  run: Effect.Effect<AppliedChanges & Recorded, E, R>,
  { intent, changes, format, quiet }: ChangePlan,
) {
  const others = yield* ChangeResults
  const results: Array<ChangeResult> = []
  let waits: Waits = new Map()
  const report = (result: ChangeResult) =>
    Effect.suspend(() => {
      results.push(result)
      return others(result)
    })
  const watched = run.pipe(
    Effect.provideService(ChangeResults, report),
    Effect.provideService(CallWaits, (wait) =>
      Effect.map(Clock.currentTimeMillis, (now) => void (waits = withWait(waits, wait, now))),
    ),
  )
  const total = grouped(changes.length)
  const linesAt = (now: number) => [
    `${grouped(results.length)} of ${total}: ${results.length === 0 ? "reading" : countsOf(changeWords[intent], results)}`,
    ...waitLines(waits, now),
  ]
  return yield* withLiveLines(watched, linesAt, { shown: !quiet && format !== "ndjson" })
})
