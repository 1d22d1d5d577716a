// What a finished sync can claim about each resource type.
import type { Connector } from "../Connector.ts"
import type { Coverage, Gap } from "../Coverage.ts"
import type { StepState } from "../SyncStore.ts"

/**
 * The coverage of each of the connector's types: `skipped` when it was not asked for, or when every step that produces
 * it was refused; `partial` when any gap names it.
 */
export const coverageOf = <R>(
  connector: Connector<R>,
  wanted: ReadonlySet<string>,
  states: ReadonlyArray<StepState>,
): ReadonlyArray<Coverage> => {
  const gaps = states.flatMap((state) => state.gaps)
  return connector.resourceTypes.map(({ id, displayName }): Coverage => {
    if (!wanted.has(id)) return { resourceType: id, state: "skipped", gaps: [notAsked(id, displayName)] }
    const own = gaps.filter((gap) => gap.resourceType === id)
    if (own.length === 0) return { resourceType: id, state: "complete", gaps: [] }
    const producers = connector.steps.filter((step) => step.produces.includes(id)).map((step) => step.id)
    const yielded = states.some((state) => producers.includes(state.step) && state.records > 0)
    return { resourceType: id, state: yielded ? "partial" : "skipped", gaps: own }
  })
}

const notAsked = (resourceType: string, missing: string): Gap => ({
  resourceType,
  missing,
  reason: "request",
  explanation: "It was left out on request.",
})
