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
  Tenant,
} from "@rollcall/connector"
import { applyMixed, AuditOrigin, braked, runActions } from "@rollcall/connector"
import { Clock, Effect, Result, Schedule } from "effect"
import { ChangeStore, type JournalEntry } from "./ChangeStore.ts"
import { afterRead } from "./leases/followLeases.ts"
import { LeaseStore } from "./leases/Lease.ts"
import { aliasesIn, type LiveState, readLiveState } from "./LiveState.ts"
import { brakesOn, rulesOf } from "./makePlan.ts"
import type { Plan, Planned } from "./Plan.ts"
import { begunIn, recordBegun, unbegun } from "./earlierRuns.ts"
import { keyOf } from "./Plan.ts"
import { planChanges } from "./planChanges.ts"
import { PlanError } from "./PlanError.ts"
import { checkAge, staleError, staleness } from "./staleness.ts"

/** What a plan has to fit. */
export interface CheckOptions {
  /** Plans made longer ago than this are refused, in milliseconds. */
  readonly maxAge: number
  readonly evenMyself?: boolean | undefined
  /** The file of the plan, for hints; absent where it has none. */
  readonly path?: string | undefined
}

/** How a plan is applied. */
export interface ApplyOptions extends CheckOptions {
  /** Who approved it, for the audit log. */
  readonly approvedBy?: ReadonlyArray<string> | undefined
  /** How long to wait for another apply on the same store to end, in milliseconds; default: not at all. */
  readonly wait?: number | undefined
  /** Gets why it waits, each time that it looks whether the other has ended; nothing when it waits no more. */
  readonly onWait?: ((why: StoreError | undefined) => Effect.Effect<void>) | undefined
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

/** A plan that fits. */
export interface CheckedPlan {
  /** What is left to do. */
  readonly toDo: ReadonlyArray<Planned>
  /** What earlier runs of the plan have begun, by `keyOf`. */
  readonly begun: ReadonlySet<string>
  /** What is not so yet, by `keyOf`. */
  readonly left: ReadonlySet<string>
}

/**
 * Whether the plan fits, with the journal of its earlier runs: nothing is written. Fails with `PlanError` where it is of another tenant,
 * too old, or stale, and with `Braked` where a brake trips.
 */
export const checkPlan = Effect.fn("Plan.check")(function* <R>(
  connector: Connector<R>,
  plan: Plan,
  journal: ReadonlyArray<JournalEntry>,
  options: CheckOptions,
): Effect.fn.Return<CheckedPlan, PlanError | ConnectorError | StoreError, R> {
  const { state } = yield* readForPlan(connector, plan, options)
  return yield* checkFit(connector, plan, state, journal, options)
})

const readForPlan = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  plan: Plan,
  { maxAge, path }: CheckOptions,
): Effect.fn.Return<
  { readonly tenant: Tenant; readonly readAt: number; readonly state: LiveState },
  PlanError | ConnectorError | StoreError,
  R
> {
  yield* checkAge(plan, maxAge, path)
  const tenant = yield* connector.identify
  if (plan.connector !== connector.id || plan.tenant.id !== tenant.id) {
    return yield* otherTenant(plan, connector, tenant)
  }
  const readAt = yield* Clock.currentTimeMillis
  const state = yield* Effect.catchIf(
    readLiveState(connector, plan.wishes),
    (error) => error._tag === "ConnectorError" && error.reason._tag === "NotFound",
    ({ message }) => staleError([message.replace(/\.$/u, "")], path),
  )
  return { tenant, readAt, state }
})

const checkFit = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  plan: Plan,
  state: LiveState,
  journal: ReadonlyArray<JournalEntry>,
  { evenMyself = false, path }: CheckOptions,
): Effect.fn.Return<CheckedPlan, PlanError | ConnectorError | StoreError, R> {
  const { begun, done: madeBefore } = begunIn(journal)
  const now = planChanges(plan.wishes, state, yield* rulesOf(connector, state, plan.wishes, evenMyself))
  const stale = staleness({ plan, now, state, actions: connector.actions, begun, madeBefore })
  if (stale.length > 0) return yield* staleError(stale, path)
  const left = new Set(now.changes.map(keyOf))
  const toDo = plan.changes.filter((change) => !madeBefore.has(keyOf(change)) && left.has(keyOf(change)))
  const uncounted = new Set(unbegun(plan, journal))
  const [brake] = yield* brakesOn(
    connector,
    state,
    toDo.filter((change) => uncounted.has(change)),
  )
  return brake === undefined ? { toDo, begun, left } : yield* braked(brake)
})

/**
 * Applies the plan. Before the first write it fails as {@link checkPlan} does, and with `Busy` where another apply uses the same store for
 * longer than it may wait.
 */
export const applyPlan = Effect.fn("Plan.apply")(function* <R>(
  connector: Connector<R>,
  plan: Plan,
  options: ApplyOptions,
): Effect.fn.Return<AppliedPlan, PlanError | ConnectorError | StoreError, R | AuditLog | ChangeStore> {
  const { approvedBy, wait = 0, onWait = () => Effect.void } = options
  const store = yield* ChangeStore
  const { osUser } = yield* AuditOrigin
  const work = checkAndApply(connector, plan, options).pipe(
    Effect.provideService(AuditOrigin, {
      ...(osUser === undefined ? {} : { osUser }),
      ...(plan.reason === undefined ? {} : { statedReason: plan.reason }),
      ...(plan.ticket === undefined ? {} : { ticket: plan.ticket }),
      ...(approvedBy === undefined ? {} : { approvedBy }),
      planId: plan.id,
    }),
  )
  const until = (yield* Clock.currentTimeMillis) + wait
  // What is busy after it has begun is something else than another apply.
  let isIn = false
  const entered = Effect.suspend(() => {
    isIn = true
    return Effect.andThen(onWait(undefined), work)
  })
  return yield* Effect.retry(store.alone(`applies the plan ${plan.id}`, entered), {
    while: (error) =>
      Effect.gen(function* () {
        if (isIn || error._tag !== "StoreError" || error.reason !== "Busy") return false
        if ((yield* Clock.currentTimeMillis) >= until) return false
        yield* onWait(error)
        return true
      }),
    schedule: Schedule.spaced("1 second"),
  })
})

const checkAndApply = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  plan: Plan,
  options: CheckOptions,
): Effect.fn.Return<AppliedPlan, PlanError | ConnectorError | StoreError, R | AuditLog | ChangeStore> {
  const { evenMyself = false } = options
  const { tenant, readAt, state } = yield* readForPlan(connector, plan, options)
  const leases = yield* Effect.serviceOption(LeaseStore)
  if (leases._tag === "Some") {
    yield* Effect.provideService(afterRead(connector, tenant, state.held, readAt), LeaseStore, leases.value)
  }
  const journal = yield* (yield* ChangeStore).ofPlan(plan.id)
  const { toDo, begun, left } = yield* checkFit(connector, plan, state, journal, options)
  yield* recordBegun(tenant, journal, left)

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
    if (result !== undefined) settle(planned, lastingOf(planned, outcomeOf(result)))
  }
  return applied.stopReason
})

/** Whoever held it for a time holds it without an end now, though nothing was written to the system. */
const lastingOf = (planned: Planned, came: PlanOutcome): PlanOutcome =>
  planned._tag === "Change" && planned.endedAt !== undefined && came.outcome === "already"
    ? { outcome: "changed" }
    : came

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

const otherTenant = (
  { connector: made, tenant }: Plan,
  { id, displayName }: Pick<Connector, "id" | "displayName">,
  here: Tenant,
) =>
  new PlanError({
    reason: "OtherTenant",
    ...(tenant.id === here.id
      ? {
          message: `The plan was made with the connector ${made}, and this is ${displayName} (${id}).`,
          hint: "Use a token for the connector that the plan was made with.",
        }
      : {
          message: `The plan is for ${tenant.displayName} (${tenant.id}), and the token opens ${here.displayName} (${here.id}).`,
          hint: "Use the token of the workspace that the plan is for.",
        }),
  })
