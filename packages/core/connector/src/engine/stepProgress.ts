// The arithmetic of a step's state, what a page adds to it, and of what follows from all states: what a finished sync can
// claim about each resource type.
import type { Connector, Page, Records, Step, Tenant, Warning } from "../Connector.ts"
import type { Coverage, Gap } from "../Coverage.ts"
import type { ResourceType } from "../model.ts"
import type { StepState, WarningCount } from "../SyncStore.ts"
import type { SyncPlan } from "./planSyncSteps.ts"

/** The state of a step that has not begun. */
export const notBegun = (step: string): StepState => ({
  step,
  ended: false,
  pages: 0,
  records: 0,
  gaps: [],
  warnings: [],
})

/**
 * Whether an unfinished sync reads a step again that has ended: it was refused and must not be, as the settings are stricter now,
 * or its list was short, so that the next run reads it from its first page.
 */
export const isReadAgain = ({ optional }: Pick<Step, "optional">, { ended, refused, gaps }: StepState): boolean =>
  ended && ((refused === true && optional !== true) || gaps.some(({ reason }) => reason === "short"))

/**
 * What a step that is asked for each resource of a type lacks because the steps which give these lack it: all, where the
 * system refuses them, or what a list that is short or unreadable does not show.
 */
export const gapsOfParents = (
  { parentType, produces }: Pick<Step, "parentType" | "produces">,
  types: ReadonlyArray<ResourceType>,
  givers: ReadonlyArray<StepState>,
): ReadonlyArray<Gap> => {
  const lacking = givers.flatMap(({ gaps, refused }) =>
    gaps.filter(
      ({ resourceType, reason }) =>
        resourceType === parentType && (refused === true || reason === "short" || reason === "unreadable"),
    ),
  )
  return types
    .filter(({ id }) => produces.includes(id) && id !== parentType)
    .flatMap(({ id, displayName }) =>
      lacking.map((gap) => ({ ...gap, resourceType: id, missing: `${displayName} of ${gap.missing}` })),
    )
}

/** The state after one more page, apart from what comes in its pieces. A page without `next` is the last. */
export const afterPage = (state: StepState, page: Page): StepState => ({
  step: state.step,
  ...(page.next === undefined ? {} : { next: page.next }),
  ended: page.next === undefined,
  pages: state.pages + 1,
  records: state.records + countRecords(page),
  gaps: [...state.gaps, ...newGaps(state, page.gaps ?? [])],
  warnings: (page.warnings ?? []).reduce(countWarning, state.warnings),
})

/** The state of a step that the system refuses to take further. */
export const afterRefusal = (state: StepState, gaps: ReadonlyArray<Gap>): StepState => ({
  step: state.step,
  ended: true,
  refused: true,
  pages: state.pages,
  records: state.records,
  gaps: [...state.gaps, ...newGaps(state, gaps)],
  warnings: state.warnings,
})

/** Those gaps that the state does not know yet: a gap is the same on every page. */
export const newGaps = (state: StepState, found: ReadonlyArray<Gap>): ReadonlyArray<Gap> =>
  found.filter(
    (gap) => !state.gaps.some((known) => known.resourceType === gap.resourceType && known.missing === gap.missing),
  )

/** How many records of a page count as taken from the system. */
export const countRecords = ({ resources = [], entitlements = [], grants = [] }: Records): number =>
  resources.length + entitlements.length + grants.length

const countWarning = (counted: ReadonlyArray<WarningCount>, warning: Warning): ReadonlyArray<WarningCount> => {
  const { code, message, count = 1 } = warning
  return counted.some((known) => known.code === code)
    ? counted.map((known) => (known.code === code ? { ...known, count: known.count + count } : known))
    : [...counted, { code, message, count }]
}

/**
 * The coverage of each of the connector's types: `skipped` when it was not asked for, or when every step that produces
 * it was refused before it gave anything; `partial` when any gap names it that is not expected; else `complete`, also where
 * nothing was found. Types that only a further credential reads follow, `skipped`.
 */
export const coverageOf = <R>(
  connector: Connector<R>,
  plan: SyncPlan<R>,
  states: ReadonlyArray<StepState>,
  tenant: Pick<Tenant, "hasFurther">,
): ReadonlyArray<Coverage> => {
  const isNarrowed = connector.resourceTypes.some(({ id }) => !plan.wanted.has(id))
  const further = isNarrowed ? [] : furtherGaps(connector, tenant)
  const found = [...states.flatMap((state) => state.gaps), ...further]
  const own = connector.resourceTypes.map(({ id, displayName }): Coverage => {
    if (!plan.wanted.has(id)) {
      const isQuick = plan.quick?.types.has(id) === false
      return {
        resourceType: id,
        state: "skipped",
        gaps: [isQuick ? notQuick(id, displayName) : leftOut(id, displayName)],
      }
    }
    const gaps = [
      ...found.filter((gap) => gap.resourceType === id),
      ...(plan.quick?.lacks ?? [])
        .filter((lack) => lack.resourceType === id)
        .map((lack) => notQuick(id, lack.missing, lack.attributes)),
      ...(plan.keepsGrants ? [] : [leftOut(id, plan.keepsEntitlements ? "grants" : "entitlements and grants")]),
    ]
    const producers = plan.steps
      .filter((step) => step.last !== true && step.produces.includes(id))
      .map((step) => step.id)
    const produced = states.filter((state) => producers.includes(state.step))
    const isUnread = produced.every((state) => state.refused === true && state.records === 0)
    const isPartial = gaps.some((gap) => gap.expected !== true)
    return { resourceType: id, state: isUnread ? "skipped" : isPartial ? "partial" : "complete", gaps }
  })
  const others = new Set(further.map(({ resourceType }) => resourceType))
  for (const { id } of connector.resourceTypes) others.delete(id)
  return [
    ...own,
    ...[...others].map((resourceType): Coverage => {
      const gaps = further.filter((gap) => gap.resourceType === resourceType)
      return { resourceType, state: "skipped", gaps }
    }),
  ]
}

/** What was not read because a credential that the connector can do without was not given. */
const furtherGaps = <R>(
  { furtherCredential }: Connector<R>,
  { hasFurther }: Pick<Tenant, "hasFurther">,
): ReadonlyArray<Gap> => {
  if (furtherCredential === undefined || hasFurther === false) return []
  const { name, reads = [] } = furtherCredential
  const unset = `Reading it takes ${name}, which is not set.`
  const explanation = hasFurther === true ? unset : `${unset} Whether the system has any is not known.`
  return reads.map((part) => ({ ...part, reason: "furtherCredential", explanation }))
}

const notQuick = (resourceType: string, missing: string, attributes?: Gap["attributes"]): Gap => ({
  resourceType,
  missing,
  reason: "quick",
  explanation: "A quick sync was asked for, which does not read it; a sync without --quick does.",
  ...(attributes === undefined ? {} : { attributes }),
})

const leftOut = (resourceType: string, missing: string): Gap => ({
  resourceType,
  missing,
  reason: "request",
  explanation: "It was left out on request.",
})
