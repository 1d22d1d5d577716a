// Whom a plan is about, and what of it deserves a second look.
import type { ActionDeclaration, ResourceId } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import type { LiveState } from "./LiveState.ts"
import { personOf } from "./LiveState.ts"
import type { Planned, PlanWarning, Subject } from "./Plan.ts"

/** Whether an account loses its access. */
export const takesAccess = (change: Planned, actions: ReadonlyArray<ActionDeclaration>): boolean =>
  change._tag === "Action" && actions.find(({ name }) => name === change.action)?.kind === "accountDisable"

/** Everybody whom the changes are about, as the system showed them. */
export const subjectsOf = (changes: ReadonlyArray<Planned>, state: LiveState): ReadonlyArray<Subject> => {
  const principals = new Map(
    changes.flatMap(({ principal }) => (principal === undefined ? [] : [[formatResourceId(principal), principal]])),
  )
  return [...principals].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, principal]) => subjectOf(principal, state))
}

/** A principal, as the system showed them. */
export const subjectOf = (principal: ResourceId, state: LiveState): Subject => {
  const { displayName, address, isInactive, ineligible, privilege } = personOf(principal, state) ?? {}
  return {
    principal,
    ...(displayName === undefined ? {} : { displayName }),
    ...(address === undefined ? {} : { address }),
    ...(isInactive === undefined ? {} : { isInactive }),
    ...(ineligible === undefined ? {} : { ineligible }),
    ...(privilege === undefined ? {} : { privilege }),
  }
}

/** What deserves a second look. */
export const warningsOf = (
  changes: ReadonlyArray<Planned>,
  state: LiveState,
  actions: ReadonlyArray<ActionDeclaration>,
): ReadonlyArray<PlanWarning> => {
  // Who holds it for a time is among the holders already.
  const granted = changes.flatMap((change) =>
    change._tag === "Change" && change.endedAt === undefined ? [change] : [],
  )
  const emptied = [...Map.groupBy(granted, ({ entitlement }) => entitlement.id)].flatMap(
    ([id, group]): ReadonlyArray<PlanWarning> => {
      const removed = group.filter(({ intent }) => intent === "revoke").length
      const holders = state.held.get(id)?.holders.length ?? 0
      const name = group[0]?.resourceName ?? id
      return removed > 0 && holders + group.length - 2 * removed <= 0
        ? [{ code: "empties", about: id, message: `${name} has nobody left.` }]
        : []
    },
  )
  const losing = new Map(
    changes.flatMap((change) => {
      const loses = change._tag === "Change" ? change.intent === "revoke" : takesAccess(change, actions)
      return loses && change.principal !== undefined ? [[formatResourceId(change.principal), change.principal]] : []
    }),
  )
  const privileged = [...losing].flatMap(([id, principal]): ReadonlyArray<PlanWarning> => {
    const { privilege, displayName = id } = subjectOf(principal, state)
    return privilege === undefined
      ? []
      : [{ code: "privileged", about: id, message: `${displayName} is ${privilege}.` }]
  })
  const disabled = new Set(
    changes.flatMap((change) =>
      takesAccess(change, actions) && change.principal !== undefined ? [formatResourceId(change.principal)] : [],
    ),
  )
  const last: ReadonlyArray<PlanWarning> =
    state.privileged.length > 0 && state.privileged.every((id) => disabled.has(id))
      ? [{ code: "lastPrivileged", about: state.tenant.id, message: `${state.tenant.displayName} has no admin left.` }]
      : []
  return [...emptied, ...privileged, ...last]
}
