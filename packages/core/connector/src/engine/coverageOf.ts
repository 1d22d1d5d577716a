// What a finished sync can claim about each resource type.
import type { Connector } from "../Connector.ts"
import type { Coverage, Gap } from "../Coverage.ts"
import type { StepState } from "../SyncStore.ts"
import type { SyncPlan } from "./planSyncSteps.ts"

/**
 * The coverage of each of the connector's types: `skipped` when it was not asked for, or when every step that produces
 * it was refused before it gave anything; `partial` when any gap names it that is not expected; else `complete`, also where
 * nothing was found.
 */
export const coverageOf = <R>(
  connector: Connector<R>,
  plan: SyncPlan<R>,
  states: ReadonlyArray<StepState>,
): ReadonlyArray<Coverage> => {
  const found = states.flatMap((state) => state.gaps)
  return connector.resourceTypes.map(({ id, displayName }): Coverage => {
    if (!plan.wanted.has(id)) return { resourceType: id, state: "skipped", gaps: [leftOut(id, displayName)] }
    const gaps = [
      ...found.filter((gap) => gap.resourceType === id),
      ...(plan.keepsGrants ? [] : [leftOut(id, plan.keepsEntitlements ? "grants" : "entitlements and grants")]),
    ]
    const producers = plan.steps
      .filter((step) => step.last !== true && step.produces.includes(id))
      .map((step) => step.id)
    const own = states.filter((state) => producers.includes(state.step))
    const isUnread = own.every((state) => state.refused === true && state.records === 0)
    const isPartial = gaps.some((gap) => gap.expected !== true)
    return { resourceType: id, state: isUnread ? "skipped" : isPartial ? "partial" : "complete", gaps }
  })
}

const leftOut = (resourceType: string, missing: string): Gap => ({
  resourceType,
  missing,
  reason: "request",
  explanation: "It was left out on request.",
})
