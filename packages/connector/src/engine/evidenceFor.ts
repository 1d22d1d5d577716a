// The evidence of one step: the store's answers, once the page before is in it.
import { Effect } from "effect"
import type { Step } from "../Connector.ts"
import type { Evidence } from "../Evidence.ts"
import type { SyncStore } from "../SyncStore.ts"

/** What a step needs to know about the others. */
export interface OtherSteps {
  /** Succeeds when the step has ended, at once if this sync does not run it. */
  readonly ended: (step: string) => Effect.Effect<void>
}

/** The evidence for the page that follows a page which `stored` waits for. */
export const evidenceFor = (
  store: SyncStore["Service"],
  step: Pick<Step, "id" | "comparesWith">,
  others: OtherSteps,
  stored: Effect.Effect<void>,
): Evidence => ({
  unseen: (ids, lists) =>
    ids.length === 0 ? Effect.succeed([]) : Effect.andThen(stored, store.unseen(step.id, ids, lists)),
  count: (lists) => Effect.andThen(stored, store.countListed(step.id, lists)),
  compare: (other, lists) =>
    step.comparesWith?.includes(other) === true
      ? Effect.andThen(Effect.andThen(stored, others.ended(other)), store.compareListed(step.id, other, lists))
      : Effect.die(new Error(`The step ${step.id} compares with ${other} and does not declare it.`)),
})
