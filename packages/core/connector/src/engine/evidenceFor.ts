// The evidence of one step: the store's answers, once the page before is in it.
import { Effect } from "effect"
import type { Step } from "../Connector.ts"
import type { Evidence } from "../Evidence.ts"
import type { SyncStore } from "../SyncStore.ts"
import type { SyncPlan } from "./planSyncSteps.ts"

/** What a step needs to know about the others. */
export interface OtherSteps {
  /** Succeeds when the step has ended, at once if this sync does not run it. */
  readonly ended: (step: string) => Effect.Effect<void>
}

/** The evidence for the page that follows a page which `stored` waits for. */
export const evidenceFor = (
  store: SyncStore["Service"],
  plan: Pick<SyncPlan<never>, "wanted" | "keepsGrants" | "merge">,
  step: Pick<Step, "id" | "after" | "comparesWith" | "last" | "parentType">,
  others: OtherSteps,
  stored: Effect.Effect<void>,
): Evidence => {
  const ended = (other: string) =>
    other === step.id || step.comparesWith?.includes(other) === true
      ? Effect.andThen(stored, other === step.id ? Effect.void : others.ended(other))
      : Effect.die(new Error(`The step ${step.id} compares with ${other} and does not declare it.`))
  return {
    unseen: (ids, lists, of = step.id) =>
      ids.length === 0 ? Effect.succeed([]) : Effect.andThen(ended(of), store.unseen(of, ids, lists)),
    count: (lists) => Effect.andThen(stored, store.countListed(step.id, lists)),
    compare: (other, lists) => Effect.andThen(ended(other), store.compareListed(step.id, other, lists)),
    parents: (from, most) => {
      const { parentType, after = [] } = step
      if (parentType === undefined) {
        return Effect.die(new Error(`The step ${step.id} asks for parents and declares no parentType.`))
      }
      return Effect.map(store.findResources(parentType, after, from, most), (all) => all.map(plan.merge))
    },
    unknownPrincipals: (type, most) => {
      if (step.last !== true) return Effect.die(new Error(`The step ${step.id} asks for principals and is not last.`))
      if (!plan.wanted.has(type) || !plan.keepsGrants) return Effect.succeed({ ids: [], count: 0 })
      return Effect.andThen(stored, store.findUnknownPrincipals(type, most))
    },
  }
}
