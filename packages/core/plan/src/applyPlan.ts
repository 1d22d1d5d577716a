// Applies a plan: looks whether all is still as the plan says, then makes the changes, one principal a call, each proven. What was
// done before is skipped, so that the same plan can be applied again after it stopped early.
import type {
  ActionResult,
  AuditLog,
  ChangeResult,
  Connector,
  ConnectorError,
  IntendedChange,
  StoreError,
} from "@rollcall/connector"
import { applyMixed, AuditOrigin, braked, runActions } from "@rollcall/connector"
import { Clock, Effect, Result } from "effect"
import { ChangeStore } from "./ChangeStore.ts"
import { afterRead } from "./leases/followLeases.ts"
import { LeaseStore } from "./leases/Lease.ts"
import { aliasesIn, type LiveState, readLiveState } from "./LiveState.ts"
import { brakesOn, rulesOf } from "./makePlan.ts"
import type { Plan, Planned } from "./Plan.ts"
import { keyOfEntry, tellOfBegun } from "./earlierRuns.ts"
import { keyOf } from "./Plan.ts"
import { planChanges } from "./planChanges.ts"
import { PlanError } from "./PlanError.ts"
import { checkAge, staleError, staleness } from "./staleness.ts"

/** How a plan is applied. */
export interface ApplyOptions {
  /** Plans made longer ago than this are refused, in milliseconds. */
  readonly maxAge: number
  /** Who approved it, for the audit log. */
  readonly approvedBy?: ReadonlyArray<string> | undefined
  readonly evenMyself?: boolean | undefined
}

/** What came of a change; `before`: an earlier run of the same plan made it. */
export type PlanOutcome =
  | { readonly outcome: "changed" | "already" | "before" | "notTried" }
  | { readonly outcome: "failed"; readonly failure: ConnectorError }

/** A planned change, and what came of it. */
export type AppliedChange = { readonly change: Planned } & PlanOutcome

/** What came of a plan. */
export interface AppliedPlan {
  readonly results: ReadonlyArray<AppliedChange>
  /** Why the rest was not tried. */
  readonly stopReason?: ConnectorError | StoreError | undefined
}

/**
 * Applies the plan. Before the first write it fails with `PlanError` where the plan is of another tenant, too old, or stale, and
 * with `Braked` where a brake trips.
 */
export const applyPlan = Effect.fn("Plan.apply")(function* <R>(
  connector: Connector<R>,
  plan: Plan,
  options: ApplyOptions,
): Effect.fn.Return<AppliedPlan, PlanError | ConnectorError | StoreError, R | AuditLog | ChangeStore> {
  const store = yield* ChangeStore
  const { osUser } = yield* AuditOrigin
  const work = applyAlone(connector, plan, options).pipe(
    Effect.provideService(AuditOrigin, {
      ...(osUser === undefined ? {} : { osUser }),
      ...(plan.reason === undefined ? {} : { statedReason: plan.reason }),
      ...(plan.ticket === undefined ? {} : { ticket: plan.ticket }),
      ...(options.approvedBy === undefined ? {} : { approvedBy: options.approvedBy }),
      planId: plan.id,
    }),
  )
  return yield* store.alone(`applies the plan ${plan.id}`, work)
})

const applyAlone = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  plan: Plan,
  { maxAge, evenMyself = false }: ApplyOptions,
): Effect.fn.Return<AppliedPlan, PlanError | ConnectorError | StoreError, R | AuditLog | ChangeStore> {
  yield* checkAge(plan, maxAge)
  const tenant = yield* connector.identify
  if (plan.connector !== connector.id || plan.tenant.id !== tenant.id)
    return yield* otherTenant(plan, tenant.displayName)
  const store = yield* ChangeStore
  const journal = yield* store.ofPlan(plan.id)
  const madeBefore = new Set(
    journal.filter(({ outcome }) => outcome === "changed" || outcome === "already").map(keyOfEntry),
  )
  const begun = new Set(journal.map(keyOfEntry))
  const pending = plan.changes.filter((change) => !madeBefore.has(keyOf(change)))

  const readAt = yield* Clock.currentTimeMillis
  const state = yield* Effect.catchIf(
    readLiveState(connector, plan.wishes),
    ({ reason }) => reason._tag === "NotFound",
    ({ message }) => staleError([message.replace(/\.$/u, "")]),
  )
  const leases = yield* Effect.serviceOption(LeaseStore)
  if (leases._tag === "Some") {
    yield* Effect.provideService(afterRead(connector, tenant, state.held, readAt), LeaseStore, leases.value)
  }
  const now = planChanges(plan.wishes, state, yield* rulesOf(connector, state, plan.wishes, evenMyself))
  const stale = staleness({ plan, now, state, actions: connector.actions, begun, madeBefore })
  if (stale.length > 0) return yield* staleError(stale)
  const left = new Set(now.changes.map(keyOf))
  const toDo = pending.filter((change) => left.has(keyOf(change)))
  const [brake] = yield* brakesOn(connector, state, toDo)
  if (brake !== undefined) return yield* braked(brake)
  yield* tellOfBegun(tenant, journal, left)

  const results = new Map<string, AppliedChange>()
  const settle: Settle = (change, outcome) => void results.set(keyOf(change), { change, ...outcome })
  const trying = new Set(toDo)
  for (const change of plan.changes) {
    if (!trying.has(change)) settle(change, { outcome: begun.has(keyOf(change)) ? "before" : "already" })
  }

  let stopReason: ConnectorError | StoreError | undefined
  for (const part of partsOf(toDo)) {
    if (stopReason !== undefined) break
    const came = yield* Effect.result<
      ConnectorError | StoreError | undefined,
      ConnectorError | StoreError,
      R | AuditLog
    >(
      part._tag === "Action"
        ? runPart(connector, part, evenMyself, settle)
        : changePart(connector, part, state, settle),
    )
    if (Result.isSuccess(came)) stopReason = came.success
    // What was done before it is told all the same.
    else if (toDo.some((change) => results.has(keyOf(change)))) stopReason = came.failure
    else return yield* Effect.fail(came.failure)
  }
  for (const change of toDo) if (!results.has(keyOf(change))) settle(change, { outcome: "notTried" })
  return {
    results: plan.changes.flatMap((change) => results.get(keyOf(change)) ?? []),
    stopReason,
  }
})

/** Changes that are made with one call of the core, in the plan's order: runs of one action, or changes of who holds what. */
type Part =
  | { readonly _tag: "Action"; readonly action: string; readonly runs: Array<Extract<Planned, { _tag: "Action" }>> }
  | { readonly _tag: "Changes"; readonly changes: Array<Extract<Planned, { _tag: "Change" }>> }

const partsOf = (changes: ReadonlyArray<Planned>): ReadonlyArray<Part> => {
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

type Settle = (change: Planned, outcome: PlanOutcome) => void

const changePart = Effect.fnUntraced(function* <R>(
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
    if (result !== undefined) settle(planned, outcomeOf(result))
  }
  return applied.stopReason
})

const runPart = Effect.fnUntraced(function* <R>(
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

const otherTenant = ({ tenant }: Plan, here: string) =>
  new PlanError({
    reason: "OtherTenant",
    message: `The plan is for ${tenant.displayName} (${tenant.id}), and the token opens ${here}.`,
    hint: "Use the token of the workspace that the plan is for.",
  })
