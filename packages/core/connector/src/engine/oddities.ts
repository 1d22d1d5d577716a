// What shows only when all steps are seen together: grants to someone whom no list shows, resources that one list has and
// the list of them has not, and resources that one list shows differently in several places. All is kept, and each kind is
// counted in one warning.
import { Effect } from "effect"
import type { Step } from "../Connector.ts"
import { SyncEvents } from "../SyncEvent.ts"
import type { StepState, WarningCount } from "../SyncStore.ts"
import { SyncStore } from "../SyncStore.ts"
import type { SyncPlan } from "./planSyncSteps.ts"

/** What was found: warnings, and sentences that are only information. */
interface Oddities {
  readonly warnings: ReadonlyArray<WarningCount>
  readonly notes: ReadonlyArray<string>
}

/** Finds them, tells of the warnings, and gives all. */
export const oddities = Effect.fnUntraced(function* <R>(plan: SyncPlan<R>, states: ReadonlyArray<StepState>) {
  const tell = yield* SyncEvents
  const outside = yield* unexpected(plan, states)
  const warnings = [
    ...(yield* unknownPrincipals(plan)),
    ...outside.warnings,
    ...(yield* unlisted(plan, states)),
    ...(yield* different(plan)),
  ]
  for (const warning of warnings) yield* tell({ _tag: "Warned", warning })
  return { warnings, notes: outside.notes } satisfies Oddities
})

const unknownPrincipals = Effect.fnUntraced(function* <R>(plan: SyncPlan<R>) {
  const count = yield* (yield* SyncStore).unknownPrincipals([...plan.wanted])
  const sentence =
    count === 1
      ? "1 grant names a principal that no list showed; kept as it is."
      : `${count} grants name principals that no list showed; kept as they are.`
  return counted("unknown-principal", count, sentence)
})

/** A list that was refused, left out or short says nothing of what is missing in it, and what it shows is not all there is. */
const isReadWhole = (step: Pick<Step, "id" | "produces">, states: ReadonlyArray<StepState>): boolean => {
  const isShort = states.some(({ gaps }) =>
    gaps.some((gap) => gap.reason === "short" && step.produces.includes(gap.resourceType)),
  )
  return !isShort && states.some((state) => state.step === step.id && state.ended && state.refused !== true)
}

const hasRecords = (step: string, states: ReadonlyArray<StepState>): boolean =>
  states.some((state) => state.step === step && state.records > 0)

const unexpected = Effect.fnUntraced(function* <R>(plan: SyncPlan<R>, states: ReadonlyArray<StepState>) {
  const store = yield* SyncStore
  const warnings: Array<WarningCount> = []
  const notes: Array<string> = []
  for (const { expectedIn, expectedInSeverity, ...step } of plan.steps) {
    const other = plan.steps.find(({ id }) => id === expectedIn)
    if (other === undefined || !hasRecords(other.id, states)) continue
    if (!isReadWhole(step, states) || !isReadWhole(other, states)) continue
    const count = yield* store.onlyIn(step.id)
    const message = `${count} of ${step.title} ${count === 1 ? "is" : "are"} not among ${other.title}; kept as far as known.`
    const found = counted(`not-in-${other.id}`, count, message)
    if (expectedInSeverity === "information") notes.push(...found.map((it) => it.message))
    else warnings.push(...found)
  }
  return { warnings, notes } satisfies Oddities
})

const unlisted = Effect.fnUntraced(function* <R>(plan: SyncPlan<R>, states: ReadonlyArray<StepState>) {
  const store = yield* SyncStore
  const warnings: Array<WarningCount> = []
  for (const { expects, ...step } of plan.steps) {
    const other = plan.steps.find(({ id }) => id === expects?.step)
    if (other === undefined || !isReadWhole(step, states) || !isReadWhole(other, states)) continue
    const { missing } = yield* store.compareListed(step.id, other.id, expects?.lists)
    const message = `${missing} of ${other.title} ${missing === 1 ? "is" : "are"} not among ${step.title}; kept as far as known.`
    warnings.push(...counted(`not-in-${step.id}`, missing, message))
  }
  return warnings
})

const different = Effect.fnUntraced(function* <R>(plan: SyncPlan<R>) {
  const store = yield* SyncStore
  const warnings: Array<WarningCount> = []
  for (const { id, title } of plan.steps) {
    const count = yield* store.differing(id)
    const message = `${count} of ${title} ${count === 1 ? "is" : "are"} listed in several places with different flags; those with the highest precedence are shown.`
    warnings.push(...counted(`differs-in-${id}`, count, message))
  }
  return warnings
})

const counted = (code: string, count: number, message: string): ReadonlyArray<WarningCount> =>
  count === 0 ? [] : [{ code, message, count }]
