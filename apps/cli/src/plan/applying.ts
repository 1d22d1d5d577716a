// Applies a plan: shows it, asks, carries it out once, and tells what came of each change.
import { auditLogFile } from "@rollcall/audit-file"
import type { Column, Listing } from "@rollcall/access/render"
import type { Connector } from "@rollcall/connector"
import { AuditOrigin, ChangeResults, formatResourceId, StoreError } from "@rollcall/connector"
import type { ChangeRules } from "@rollcall/host/changes"
import { changeServices } from "@rollcall/host/changes"
import type { AppliedChange, Plan, Planned, Subject } from "@rollcall/plan"
import { applyPlan } from "@rollcall/plan"
import { Clock, Effect, Schedule } from "effect"
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
  const { plan, approvedBy, rules, auditFile, maxAge, wait, evenMyself, yes, format, quiet } = applying
  const { ask } = yield* Screen
  if (!yes) {
    if (ask === undefined) {
      yield* printPlan(plan, "table")
      return yield* errLines(["Nothing was changed. Run again with --yes to carry it out."])
    }
    yield* errLines(planLines(plan))
    yield* confirm(ask)
  }
  const begun = yield* Clock.currentTimeMillis
  const carriedOut = applyPlan(connector, plan, { maxAge, evenMyself, approvedBy }).pipe(
    Effect.retry({
      while: (error) =>
        Effect.map(
          Clock.currentTimeMillis,
          (now) => error instanceof StoreError && error.reason === "Busy" && now < begun + wait,
        ),
      schedule: Schedule.spaced("1 second"),
    }),
  )
  const applied = yield* withApplyProgress(recorded(carriedOut), applying).pipe(
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
  ])
  yield* verdictOf({ results, stopReason: applied.stopReason }, { single: false })
  yield* printed
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

const withApplyProgress = Effect.fnUntraced(function* <A, E, R>(
  run: Effect.Effect<A, E, R>,
  { plan, quiet }: Pick<Applying, "plan" | "quiet">,
) {
  let settled = 0
  const count = () => Effect.sync(() => void settled++)
  const total = grouped(plan.changes.length)
  return yield* withLiveLines(
    Effect.provideService(run, ChangeResults, count),
    () => [settled === 0 ? "looking whether the plan still fits" : `${grouped(settled)} of ${total}`],
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
