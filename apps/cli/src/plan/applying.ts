// Applies a plan: looks whether it fits, shows it, asks, carries it out once, and prints the outcome of each change.
import { auditLogFile } from "@rollcall/audit-file"
import type { Column, Listing } from "@rollcall/access/render"
import type { Connector } from "@rollcall/connector"
import { AuditOrigin, ChangeResults, formatResourceId, type StoreError } from "@rollcall/connector"
import type { ChangeRules } from "@rollcall/host/changes"
import { brakesOnly, calledStore, changeServices, lookIntoChanges } from "@rollcall/host/changes"
import type { AppliedChange, Plan, Planned, Subject } from "@rollcall/plan"
import { applyPlan, checkPlan } from "@rollcall/plan"
import { Effect } from "effect"
import { auditOrigin, recorded } from "../changes/audit.ts"
import { confirm, stopped } from "../changes/carryOut.ts"
import type { OutcomeWords, WithOutcome } from "../changes/outcomes.ts"
import { countsOf, failureLines, printOutcomes, reasonColumns, verdictOf } from "../changes/outcomes.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { errLines, grouped, Screen, withLiveLines } from "../Screen.ts"
import { planLines, printPlan, subjectsIn, verbOf } from "./planText.ts"

/** How a plan is applied. */
export interface Applying {
  readonly plan: Plan
  /** Its file, for hints; absent where it has none. */
  readonly path?: string | undefined
  /** Who approved it, where it needs that. */
  readonly approvedBy: ReadonlyArray<string> | undefined
  readonly rules: ChangeRules
  readonly auditFile: string
  /** Milliseconds that a plan may be old. */
  readonly maxAge: number
  /** Milliseconds to wait for another apply on the same store. */
  readonly wait: number
  readonly evenMyself: boolean
  readonly yes: boolean
  readonly format: OutputFormat
  readonly quiet: boolean
}

/** Applies the plan, prints a result for each change, and fails where they did not all go well. */
export const apply = Effect.fn("Plan.applyCommand")(function* (connector: Connector, applying: Applying) {
  const { plan, path, approvedBy, rules, auditFile, maxAge, wait, evenMyself, yes, format, quiet } = applying
  const { ask } = yield* Screen
  const options = { maxAge, evenMyself, path }
  if (!yes) {
    const journal = yield* lookIntoChanges(rules.store).ofPlan(plan.id)
    const { toDo } = yield* checkPlan(connector, plan, journal, options).pipe(
      Effect.provide(brakesOnly(rules)),
      (work) => withLiveLines(work, () => [checking], { shown: !quiet }),
    )
    // Where nothing is left to do there is nothing to agree to.
    if (toDo.length > 0 && ask === undefined) {
      yield* printUnapplied(plan, toDo, format)
      return yield* errLines(["Nothing was changed. Run again with --yes to carry it out."])
    }
    if (toDo.length > 0 && ask !== undefined) {
      yield* errLines(planLines(plan))
      yield* confirm(ask)
    }
  }
  let waiting: string | undefined
  const onWait = (why: StoreError | undefined) => Effect.sync(() => void (waiting = why?.message))
  // It reads once more after the question, which may have been open for long.
  const carriedOut = applyPlan(connector, plan, { ...options, approvedBy, wait, onWait })
  const applied = yield* withApplyProgress(recorded(carriedOut), applying, () => waiting).pipe(
    Effect.provideService(AuditOrigin, yield* auditOrigin(undefined)),
    Effect.onInterrupt(() => errLines([stopped({ auditFile })])),
    Effect.provide(changeServices(rules, auditLogFile(auditFile))),
  )
  const results = applied.results.map(plain)
  const printed = yield* Effect.exit(printOutcomes(listingOf(plan, results), results, format))
  const where = applied.recorded ? `; recorded in ${auditFile}` : ""
  yield* errLines([
    ...(quiet ? [] : failureLines(results)),
    `${results.length === 0 ? "Nothing to change: the plan has no changes" : countsOf(words, results)}${where}.`,
    ...(applied.recorded && approvedBy !== undefined
      ? [
          `That this plan was applied is kept in ${yield* calledStore(rules.store)}. Its approval is good once for each such store.`,
        ]
      : []),
  ])
  yield* verdictOf({ results, stopReason: applied.stopReason }, { single: false })
  yield* printed
})

/** The plan as people read it, or what would come of each change. */
const printUnapplied = Effect.fnUntraced(function* (plan: Plan, toDo: ReadonlyArray<Planned>, format: OutputFormat) {
  if (format === "table" || format === "markdown") return yield* printPlan(plan, format)
  const left = new Set(toDo)
  const results = plan.changes.map((change): PlainResult => ({
    change,
    outcome: left.has(change) ? "wouldChange" : "already",
  }))
  yield* printOutcomes(listingOf(plan, results), results, format)
})

/** What an earlier run of the plan did counts as done already. */
const plain = ({ change, ...came }: AppliedChange): PlainResult => {
  if (came.outcome === "failed") return { change, outcome: came.outcome, failure: came.failure }
  return { change, outcome: came.outcome === "before" ? "already" : came.outcome }
}

type PlainResult = { readonly change: Planned } & WithOutcome

const words: OutcomeWords = [
  ["changed", "done"],
  ["already", "done before"],
  ["failed", "failed"],
  ["notTried", "not tried"],
]

const checking = "looking whether the plan still fits"

const withApplyProgress = Effect.fnUntraced(function* <A, E, R>(
  run: Effect.Effect<A, E, R>,
  { plan, quiet }: Pick<Applying, "plan" | "quiet">,
  waiting: () => string | undefined,
) {
  let settled = 0
  const count = () => Effect.sync(() => void settled++)
  const total = grouped(plan.changes.length)
  return yield* withLiveLines(
    Effect.provideService(run, ChangeResults, count),
    () => {
      const why = waiting()
      if (why !== undefined) return [`waiting for another apply to end. ${why}`]
      return [settled === 0 ? checking : `${grouped(settled)} of ${total}`]
    },
    { shown: !quiet },
  )
})

const listingOf = (plan: Plan, results: ReadonlyArray<PlainResult>): Listing<PlainResult> => {
  const subjectOf = subjectsIn(plan)
  const inChange = (value: (change: Extract<Planned, { _tag: "Change" }>) => string) => (it: PlainResult) =>
    it.change._tag === "Change" ? value(it.change) : ""
  const columns: ReadonlyArray<Column<PlainResult>> = [
    { title: "Change", value: ({ change }) => verbOf(change) },
    { title: "Entitlement", value: inChange(({ entitlement }) => entitlement.id) },
    { title: "Resource", value: inChange(({ resourceName = "" }) => resourceName) },
    {
      title: "Principal",
      value: ({ change }) => (change.principal === undefined ? "" : formatResourceId(change.principal)),
    },
    { title: "Name", value: ({ change }) => subjectOf(change)?.displayName ?? "" },
    { title: "Address", value: ({ change }) => subjectOf(change)?.address ?? "" },
    { title: "Outcome", value: ({ outcome }) => outcome },
  ]
  return {
    name: "changes",
    columns: [...columns, ...reasonColumns(results, ({ change }) => change.reason)],
    json: (it) => Effect.succeed(jsonOf(it, subjectOf(it.change))),
  }
}

const jsonOf = (result: PlainResult, subject: Subject | undefined): object => {
  const { change, outcome } = result
  const failure = outcome === "failed" ? result.failure : undefined
  return {
    change: change._tag === "Change" ? change.intent : change.action,
    entitlement: change._tag === "Change" ? change.entitlement.id : undefined,
    resourceName: change._tag === "Change" ? change.resourceName : undefined,
    arguments: change._tag === "Action" ? change.values : undefined,
    principal: change.principal === undefined ? undefined : formatResourceId(change.principal),
    principalName: subject?.displayName,
    principalAddress: subject?.address,
    outcome,
    reason: failure?.message,
    hint: failure?.hint,
    statedReason: change.reason,
  }
}
