// The order in which the changes of a plan are made.
import type { ActionDeclaration } from "@rollcall/connector"
import type { Planned } from "./Plan.ts"
import { takesAccess } from "./warnings.ts"

/** Accounts are enabled first and disabled last, and of each entitlement the additions come before the removals. */
export const inOrder = (
  changes: ReadonlyArray<Planned>,
  actions: ReadonlyArray<ActionDeclaration>,
): ReadonlyArray<Planned> => {
  const rank = (change: Planned) => {
    if (change._tag === "Action") return takesAccess(change, actions) ? 3 : 0
    return change.intent === "grant" ? 1 : 2
  }
  const groups = Map.groupBy(changes, (change) => (change._tag === "Change" ? change.entitlement.id : ""))
  const first = ([change]: ReadonlyArray<Planned>) => (change === undefined ? 0 : rank(change))
  const byGroup = [...groups.values()]
    .map((group) => group.toSorted((a, b) => rank(a) - rank(b)))
    .toSorted((a, b) => first(a) - first(b))
  const all = byGroup.flat()
  const isLast = (change: Planned) => rank(change) === 3
  return [
    ...all.filter((change) => rank(change) === 0),
    ...all.filter((change) => change._tag === "Change"),
    ...all.filter(isLast),
  ]
}
