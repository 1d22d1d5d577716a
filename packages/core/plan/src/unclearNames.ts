// Names in desired changes that mean nobody, or several.
import type { ResourceId } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import type { LiveState } from "./LiveState.ts"
import { heldIn } from "./LiveState.ts"
import type { DesiredChange } from "./Plan.ts"

/** Names that mean no one principal, each with why. */
export interface UnclearName {
  readonly name: string
  readonly why: string
}

/** The names of the desired changes that mean nobody, or several. Who is to lose something, or to keep it, may be gone from the system. */
export const unclearNames = (
  desiredChanges: ReadonlyArray<DesiredChange>,
  state: LiveState,
): ReadonlyArray<UnclearName> => {
  const { found } = state
  const unclear = new Map<string, string>()
  const look = ({ resourceType, resource }: ResourceId, mayBeGone: boolean) => {
    const meant = found.get(resource)
    if (meant === undefined && !mayBeGone) unclear.set(resource, `no ${resourceType} has this address or id`)
    if (meant !== undefined && "unclear" in meant) unclear.set(resource, `it may mean ${meant.candidates.join(" or ")}`)
  }
  for (const desired of desiredChanges) {
    if (desired._tag === "Members") {
      const held = heldIn(state, desired.entitlement.id)
      for (const member of desired.members) look(member, held.has(formatResourceId(member)))
    } else if (desired._tag === "Action") {
      if (desired.principal !== undefined) look(desired.principal, false)
    } else {
      look(
        desired.principal,
        desired.intent === "revoke" && heldIn(state, desired.entitlement.id).has(formatResourceId(desired.principal)),
      )
    }
  }
  return [...unclear].map(([name, why]) => ({ name, why }))
}
