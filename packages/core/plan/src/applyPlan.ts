// Applies a plan: looks whether all is still as the plan says, then makes the changes, one principal a call, each proven. What was
// done before is skipped, so that the same plan can be applied again after it stopped early.
import type { AuditLog, Connector, ConnectorError, StoreError } from "@rollcall/connector"
import { AuditOrigin } from "@rollcall/connector"
import { Clock, Effect, Result, Schedule } from "effect"
import { ChangeStore } from "./ChangeStore.ts"
import type { CheckOptions } from "./checkPlan.ts"
import { checkFit, readForPlan } from "./checkPlan.ts"
import { recordBegun } from "./earlierRuns.ts"
import { afterRead } from "./leases/followLeases.ts"
import { LeaseStore } from "./leases/Lease.ts"
import type { Plan, Planned } from "./Plan.ts"
import { keyOf } from "./Plan.ts"
import type { PlanError } from "./PlanError.ts"
import { applyPart, partsOf, type PlanOutcome, type Settle } from "./planParts.ts"

/** How a plan is applied. */
export interface ApplyOptions extends CheckOptions {
  /** Who approved it, for the audit log. */
  readonly approvedBy?: ReadonlyArray<string> | undefined
  /** How long to wait for another apply on the same store to end, in milliseconds; default: not at all. */
  readonly wait?: number | undefined
  /** Gets why it waits, each time that it looks whether the other has ended; nothing when it waits no more. */
  readonly onWait?: ((why: StoreError | undefined) => Effect.Effect<void>) | undefined
}

/** A planned change, and what came of it. */
export type AppliedChange = { readonly change: Planned } & PlanOutcome

/** What came of a plan. */
export interface AppliedPlan {
  readonly results: ReadonlyArray<AppliedChange>
  /** Why the rest was not tried. */
  readonly stopReason?: ConnectorError | StoreError | undefined
}

/**
 * Applies the plan. Before the first write it fails as `checkPlan` does, and with `Busy` where another apply uses the same store for
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
  return yield* Effect.retry(store.alone(plan.tenant.id, `applies the plan ${plan.id}`, entered), {
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
    const came = yield* Effect.result(applyPart(connector, part, { state, evenMyself, settle }))
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
