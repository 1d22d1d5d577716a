// What shows only when all steps are seen together: grants to someone whom no list shows, resources that one list has and
// the list of them has not, and resources that one list shows differently in several places. All is kept, and each kind is
// counted in one warning.
import { Effect } from "effect"
import { SyncEvents } from "../SyncEvent.ts"
import type { StepState, WarningCount } from "../SyncStore.ts"
import { SyncStore } from "../SyncStore.ts"
import type { SyncPlan } from "./planSyncSteps.ts"

/** Finds them, tells of them and gives the warnings. */
export const oddities = Effect.fnUntraced(function* <R>(plan: SyncPlan<R>, states: ReadonlyArray<StepState>) {
  const tell = yield* SyncEvents
  const warnings = [
    ...(yield* unknownPrincipals(plan)),
    ...(yield* unexpected(plan, states)),
    ...(yield* different(plan)),
  ]
  for (const warning of warnings) yield* tell({ _tag: "Warned", warning })
  return warnings
})

const unknownPrincipals = Effect.fnUntraced(function* <R>(plan: SyncPlan<R>) {
  const count = yield* (yield* SyncStore).unknownPrincipals([...plan.wanted])
  const names = count === 1 ? "grant names a principal" : "grants name principals"
  return counted("unknown-principal", count, `${count} ${names} that no list showed; kept as they are.`)
})

const unexpected = Effect.fnUntraced(function* <R>(plan: SyncPlan<R>, states: ReadonlyArray<StepState>) {
  const store = yield* SyncStore
  const warnings: Array<WarningCount> = []
  for (const { id, title, expectedIn } of plan.steps) {
    const other = plan.steps.find((step) => step.id === expectedIn)
    // A list that was refused, or left out, says nothing of what is missing in it.
    const hasRead = states.some((state) => state.step === expectedIn && state.records > 0)
    if (other === undefined || !hasRead) continue
    const count = yield* store.toldOnlyBy(id)
    const message = `${count} of ${title} ${count === 1 ? "is" : "are"} not among ${other.title}; kept as far as known.`
    warnings.push(...counted(`not-in-${other.id}`, count, message))
  }
  return warnings
})

const different = Effect.fnUntraced(function* <R>(plan: SyncPlan<R>) {
  const store = yield* SyncStore
  const warnings: Array<WarningCount> = []
  for (const { id, title } of plan.steps) {
    const count = yield* store.toldDifferently(id)
    const message = `${count} of ${title} ${count === 1 ? "is" : "are"} listed in several places with different flags; those with the highest precedence are shown.`
    warnings.push(...counted(`differs-in-${id}`, count, message))
  }
  return warnings
})

const counted = (code: string, count: number, message: string): ReadonlyArray<WarningCount> =>
  count === 0 ? [] : [{ code, message, count }]
