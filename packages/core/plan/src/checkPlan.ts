// Whether a plan can be applied as things stand: it is of this tenant, not too old, not stale, and within the limits. Nothing is written.
import type { Connector, ConnectorError, StoreError, Tenant } from "@rollcall/connector"
import { braked } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import type { JournalEntry } from "./ChangeStore.ts"
import { begunIn, unbegun } from "./earlierRuns.ts"
import { type LiveState, readLiveState } from "./LiveState.ts"
import { brakesOn, rulesOf } from "./makePlan.ts"
import { ofOtherSystem } from "./otherSystem.ts"
import type { Plan, Planned } from "./Plan.ts"
import { keyOf } from "./Plan.ts"
import { planChanges } from "./planChanges.ts"
import type { PlanError } from "./PlanError.ts"
import { checkAge, staleError, staleness } from "./staleness.ts"

/** What a plan has to fit. */
export interface CheckOptions {
  /** Plans made longer ago than this are refused, in milliseconds. */
  readonly maxAge: number
  readonly evenMyself?: boolean | undefined
  /** The file of the plan, for hints; absent where it has none. */
  readonly path?: string | undefined
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

/** What is read for a plan, and when, once it is clear that it can be applied at all. */
export const readForPlan = Effect.fnUntraced(function* <R>(
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
  const foreign = ofOtherSystem("plan", plan, connector, tenant)
  if (foreign !== undefined) return yield* foreign
  const readAt = yield* Clock.currentTimeMillis
  const state = yield* Effect.catchIf(
    readLiveState(connector, plan.desiredChanges),
    (error) => error._tag === "ConnectorError" && error.reason._tag === "NotFound",
    ({ message }) => staleError([message.replace(/\.$/u, "")], path),
  )
  return { tenant, readAt, state }
})

/** Whether the plan fits what was read. */
export const checkFit = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  plan: Plan,
  state: LiveState,
  journal: ReadonlyArray<JournalEntry>,
  { evenMyself = false, path }: CheckOptions,
): Effect.fn.Return<CheckedPlan, PlanError | ConnectorError | StoreError, R> {
  const { begun, done: madeBefore } = begunIn(journal)
  const now = planChanges(plan.desiredChanges, state, yield* rulesOf(connector, state, plan.desiredChanges, evenMyself))
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
