// Whether a plan still fits: what it planned, whom it is about and what it warned of are as they were. Others who come and go do not
// matter, except where an entitlement is to be held by certain people alone.
import { formatResourceId } from "@rollcall/connector"
import type { LiveState } from "./LiveState.ts"
import { heldIn } from "./LiveState.ts"
import type { Plan, Planned, Subject } from "./Plan.ts"
import { keyOf } from "./Plan.ts"
import type { PlannedChanges } from "./planChanges.ts"

/** A plan, and what would be planned now for the same. */
interface Compared {
  readonly plan: Plan
  readonly now: PlannedChanges
  readonly state: LiveState
  /** What this plan has begun itself, by `keyOf`: that it is not as planned any more is its own doing. */
  readonly begun: ReadonlySet<string>
}

/** Why it does not fit, a sentence without its full stop each; empty where it fits. */
export const staleness = ({ plan, now, state, begun }: Compared): ReadonlyArray<string> => {
  const left = new Set(now.changes.map(keyOf))
  const blocked = new Map(now.blocked.map(({ change, why }) => [keyOf(change), why]))
  const subjects = new Map(now.subjects.map((subject) => [formatResourceId(subject.principal), subject]))
  const own = ownDoing(plan, begun)
  return [
    ...plan.changes.flatMap((change) => {
      const key = keyOf(change)
      return begun.has(key) || left.has(key) ? [] : [changed(change, blocked.get(key))]
    }),
    ...plan.subjects.flatMap((subject) => {
      const id = formatResourceId(subject.principal)
      return own.has(id) ? [] : changedSubject(id, subject, subjects.get(id))
    }),
    ...plan.wishes.flatMap((wish) =>
      wish._tag === "Members" && wish.mode === "only" ? unseen(wish.entitlement.id, plan, state) : [],
    ),
    ...now.warnings
      .filter((warning) => !plan.warnings.some(({ code, about }) => code === warning.code && about === warning.about))
      .map(({ message }) => `a warning is new: ${message.replace(/\.$/u, "")}`),
  ]
}

const changed = (change: Planned, blocked: string | undefined): string =>
  blocked === undefined
    ? `${nameOf(change)} is ${change.after} already`
    : `${nameOf(change)} would be refused now: ${blocked.replace(/\.$/u, "")}`

/** People whose accounts this plan itself has enabled or disabled. */
const ownDoing = ({ changes }: Plan, begun: ReadonlySet<string>): ReadonlySet<string> =>
  new Set(
    changes.flatMap((change) =>
      change._tag === "Action" && change.principal !== undefined && begun.has(keyOf(change))
        ? [formatResourceId(change.principal)]
        : [],
    ),
  )

const changedSubject = (id: string, before: Subject, after: Subject | undefined): ReadonlyArray<string> => {
  // Of whom nothing is left to do is told by the change itself.
  if (after === undefined) return []
  if ((before.isInactive ?? false) !== (after.isInactive ?? false)) {
    return [`${id} is ${after.isInactive === true ? "deactivated" : "active"} now`]
  }
  return before.unfit === after.unfit ? [] : [`${id} is ${after.unfit ?? `no longer ${before.unfit}`} now`]
}

const unseen = (entitlement: string, { holders, changes }: Plan, state: LiveState): ReadonlyArray<string> => {
  const seen = new Set(holders[entitlement])
  for (const change of changes)
    if (change._tag === "Change" && change.intent === "grant") seen.add(formatResourceId(change.principal))
  return [...heldIn(state, entitlement)]
    .filter((id) => !seen.has(id))
    .map((id) => `${id} came into ${entitlement} since`)
}

const nameOf = (change: Planned): string =>
  change._tag === "Change"
    ? `${change.entitlement.id} for ${formatResourceId(change.principal)}`
    : `${change.displayName} of ${change.principal === undefined ? JSON.stringify(change.values) : formatResourceId(change.principal)}`
