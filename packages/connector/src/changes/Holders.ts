// Who holds an entitlement by all that is known while it is changed, and whether anybody else was touched: those who were seen
// before, with our own changes, are compared with each list that an answer or a read shows. That costs no call.
import type { ResourceId } from "../model/Resource.ts"
import { formatResourceId } from "../model/Resource.ts"
import type { Change, ChangeIntent } from "./Change.ts"

/** The holders of one entitlement during its changes. */
export interface Holders {
  /** Whether nothing is left to do for the change. */
  readonly isMet: (change: Change) => boolean
  /** Whether a write about the principal was sent. */
  readonly isOurs: (change: Change) => boolean
  /** Notes that a write about the principal is about to be sent; what becomes of its hold is our doing from now on. */
  readonly noteSent: (change: Change) => void
  /** Makes the change in what is known, where the system accepted it and does not show who holds the entitlement. */
  readonly noteMade: (change: Change) => void
  /** Takes a list of all holders as the latest that is known. */
  readonly observe: (seen: ReadonlyArray<ResourceId>) => void
  /** Ids of those who held it, whom no write of ours was about, and whom the latest list does not show. */
  readonly vanished: () => ReadonlyArray<string>
  /** Ids of those who came meanwhile, and whom no write of ours was about. */
  readonly newcomers: () => ReadonlyArray<string>
}

/** From the list that was read before the changes. */
export const makeHolders = (intent: ChangeIntent, before: ReadonlyArray<ResourceId>): Holders => {
  let held = new Set(before.map(formatResourceId))
  const known = new Set(held)
  const ours = new Set<string>()
  const came = new Set<string>()
  let vanished: ReadonlyArray<string> = []
  const idOf = ({ principal }: Change) => formatResourceId(principal)
  return {
    isMet: (change) => held.has(idOf(change)) === (intent === "grant"),
    isOurs: (change) => ours.has(idOf(change)),
    noteSent: (change) => ours.add(idOf(change)),
    // In place, as a list may name many thousands.
    noteMade: (change) => (intent === "grant" ? held.add(idOf(change)) : held.delete(idOf(change))),
    observe: (seen) => {
      held = new Set(seen.map(formatResourceId))
      for (const id of held) {
        if (known.has(id) || ours.has(id)) continue
        known.add(id)
        came.add(id)
      }
      vanished = [...known].filter((id) => !held.has(id) && !ours.has(id))
    },
    vanished: () => vanished,
    newcomers: () => [...came],
  }
}
