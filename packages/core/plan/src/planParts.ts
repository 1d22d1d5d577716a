// The changes of a plan as the core makes them: runs of one action, or changes of who holds what, one call each.
import type { ActionResult, ChangeResult, Connector, ConnectorError, IntendedChange } from "@rollcall/connector"
import { applyMixed, runActions } from "@rollcall/connector"
import { Effect } from "effect"
import { aliasesIn, type LiveState } from "./LiveState.ts"
import type { Planned } from "./Plan.ts"

/** What came of a change; `before`: an earlier run of the same plan made it. */
export type PlanOutcome =
  | { readonly outcome: "changed" | "already" | "before" | "notTried" }
  | { readonly outcome: "failed"; readonly failure: ConnectorError }

/** Changes that are made with one call of the core, in the plan's order: runs of one action, or changes of who holds what. */
export type Part =
  | { readonly _tag: "Action"; readonly action: string; readonly runs: Array<Extract<Planned, { _tag: "Action" }>> }
  | { readonly _tag: "Changes"; readonly changes: Array<Extract<Planned, { _tag: "Change" }>> }

/** The changes of a plan, in the order in which they are made. */
export const partsOf = (changes: ReadonlyArray<Planned>): ReadonlyArray<Part> => {
  const parts: Array<Part> = []
  for (const change of changes) {
    const last = parts.at(-1)
    if (change._tag === "Change") {
      if (last?._tag === "Changes") last.changes.push(change)
      else parts.push({ _tag: "Changes", changes: [change] })
    } else if (last?._tag === "Action" && last.action === change.action) last.runs.push(change)
    else parts.push({ _tag: "Action", action: change.action, runs: [change] })
  }
  return parts
}

/** Keeps what came of a change. */
export type Settle = (change: Planned, outcome: PlanOutcome) => void

/** Makes the changes of a part, and says why the rest of the plan is not to be tried, where it is not. */
export const applyPart = <R>(
  connector: Connector<R>,
  part: Part,
  { state, evenMyself, settle }: { readonly state: LiveState; readonly evenMyself: boolean; readonly settle: Settle },
) =>
  part._tag === "Action" ? runAction(connector, part, evenMyself, settle) : makeChanges(connector, part, state, settle)

const makeChanges = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  { changes }: Extract<Part, { _tag: "Changes" }>,
  state: LiveState,
  settle: Settle,
) {
  const byChange = changes.map((planned): readonly [Planned, IntendedChange] => [
    planned,
    {
      intent: planned.intent,
      entitlement: planned.entitlement,
      principal: planned.principal,
      ...aliasesIn(state, planned.principal),
      ...(planned.reason === undefined ? {} : { statedReason: planned.reason }),
    },
  ])
  const applied = yield* applyMixed(connector, {
    changes: byChange.map(([, change]) => change),
    held: state.held,
    untilDoubt: true,
    brakesChecked: true,
  })
  for (const [at, [planned]] of byChange.entries()) {
    const result: ChangeResult | undefined = applied.results[at]
    if (result !== undefined) settle(planned, lastingOf(planned, outcomeOf(result)))
  }
  return applied.stopReason
})

/** Whoever held it for a time holds it without an end now, though nothing was written to the system. */
const lastingOf = (planned: Planned, came: PlanOutcome): PlanOutcome =>
  planned._tag === "Change" && planned.endedAt !== undefined && came.outcome === "already"
    ? { outcome: "changed" }
    : came

const runAction = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  { action, runs }: Extract<Part, { _tag: "Action" }>,
  evenMyself: boolean,
  settle: Settle,
) {
  const statedReasons = runs.map(({ reason }) => reason)
  const ran = yield* runActions(
    connector,
    action,
    runs.map(({ values }) => values),
    { evenMyself, statedReasons, untilDoubt: true, brakesChecked: true },
  )
  for (const [at, run] of runs.entries()) {
    const result: ActionResult | undefined = ran.results[at]
    if (result !== undefined) settle(run, outcomeOf(result))
  }
  return ran.stopReason
})

const outcomeOf = (result: ChangeResult | ActionResult): PlanOutcome => {
  if (result.outcome === "failed") return { outcome: "failed", failure: result.failure }
  // What runs for good never only would change.
  return { outcome: result.outcome === "wouldChange" ? "notTried" : result.outcome }
}
