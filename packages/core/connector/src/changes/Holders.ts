// Who holds an entitlement by all that is known while it is changed, and whether anybody else was touched: those who were seen
// before, with our own changes, are compared with each list that an answer or a read shows. That costs no call.
import type { ResourceId } from "../model.ts"
import { formatResourceId } from "../model.ts"
import type { Change, ChangeIntent } from "./Change.ts"

/** The holders of one entitlement during its changes. */
export interface Holders {
  /** Whether nothing is left to do for the change. */
  readonly isMet: (change: Change) => boolean
  /** The id, of those of the principal, under which it holds the entitlement; nothing where it does not. */
  readonly heldAs: (change: Change) => ResourceId | undefined
  /** Notes further ids of the principal, which count as the principal from now on. */
  readonly noteAliases: (change: Change, aliases: ReadonlyArray<string>) => void
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
  const learnt = new Map<string, ReadonlyArray<string>>()
  const everyIdOf = ({ principal, aliases }: Change): ReadonlyArray<ResourceId> =>
    [principal.resource, ...(aliases ?? learnt.get(formatResourceId(principal)) ?? [])].map((resource) => ({
      ...principal,
      resource,
    }))
  const idsOf = (change: Change) => everyIdOf(change).map(formatResourceId)
  const heldAs = (change: Change) => everyIdOf(change).find((id) => held.has(formatResourceId(id)))
  return {
    isMet: (change) => (heldAs(change) !== undefined) === (intent === "grant"),
    heldAs,
    noteAliases: (change, aliases) => {
      learnt.set(formatResourceId(change.principal), aliases)
      if (ours.has(formatResourceId(change.principal))) for (const id of idsOf(change)) ours.add(id)
    },
    isOurs: (change) => idsOf(change).some((id) => ours.has(id)),
    noteSent: (change) => {
      for (const id of idsOf(change)) ours.add(id)
    },
    // In place, as a list may name many thousands.
    noteMade: (change) => {
      if (intent === "grant") held.add(formatResourceId(change.principal))
      else for (const id of idsOf(change)) held.delete(id)
    },
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
    newcomers: () => [...came].filter((id) => !ours.has(id)),
  }
}
