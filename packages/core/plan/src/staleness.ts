// Whether a plan still fits: it is not too old, and what it planned, whom it is about and what it warned of are as they were. Others who come and go do not
// matter, except where an entitlement is to be held by certain people alone.
import type { ActionDeclaration } from "@rollcall/connector"
import { firstFew, formatResourceId } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { maxSkew } from "./leases/endLeases.ts"
import type { LiveState } from "./LiveState.ts"
import { heldIn, leaseOf, personOf } from "./LiveState.ts"
import type { Plan, Planned, Subject } from "./Plan.ts"
import { keyOf } from "./Plan.ts"
import type { PlannedChanges } from "./planChanges.ts"
import { lengthInWords, PlanError } from "./PlanError.ts"

/** A plan, and what would be planned now for the same. */
interface Compared {
  readonly plan: Plan
  readonly now: PlannedChanges
  readonly state: LiveState
  readonly actions?: ReadonlyArray<ActionDeclaration> | undefined
  /** What this plan has begun itself, by `keyOf`: that it is not as planned any more is its own doing. */
  readonly begun: ReadonlySet<string>
  /** What of that it knows to be done. */
  readonly madeBefore: ReadonlySet<string>
}

/** Why it does not fit, a sentence without its full stop each; empty where it fits. */
export const staleness = ({ plan, now, state, actions = [], begun, madeBefore }: Compared): ReadonlyArray<string> => {
  const left = new Map(now.changes.map((change) => [keyOf(change), change]))
  const blocked = new Map(now.blocked.map(({ change, why }) => [keyOf(change), why]))
  const subjects = new Map(now.subjects.map((subject) => [formatResourceId(subject.principal), subject]))
  const own = ownDoing(plan, begun)
  const shown = new Map(plan.subjects.map((subject) => [formatResourceId(subject.principal), subject]))
  const open = plan.changes.filter((change) => left.has(keyOf(change)) && !madeBefore.has(keyOf(change)))
  const principals = new Set(open.flatMap(({ principal }) => (principal ? [formatResourceId(principal)] : [])))
  return [
    ...otherName(`the tenant ${plan.tenant.id}`, plan.tenant.displayName, state.tenant.displayName),
    ...plan.changes.flatMap((change) => {
      const key = keyOf(change)
      if (madeBefore.has(key)) return []
      const same = left.get(key)
      if (same !== undefined) {
        const other = shownOtherwise(change, same, actions)
        return other.length === 0 && isGone(change, state)
          ? [`${nameOf(change)}: the system does not know them any more`]
          : other
      }
      const why = blocked.get(key)
      // Begun and not blocked: it is done, by this plan itself.
      return begun.has(key) && why === undefined ? [] : [changed(change, why)]
    }),
    ...[...new Set([...shown.keys(), ...principals])].flatMap((id) => {
      const after = subjects.get(id)
      // Of whom nothing is left to do is told by the change itself; whoever is gone has no names to compare.
      if (own.has(id) || after === undefined || personOf(after.principal, state) === undefined) return []
      return changedSubject(id, shown.get(id), after)
    }),
    ...plan.desiredChanges.flatMap((desired) =>
      desired._tag === "Members" && desired.mode === "only" ? unseen(desired.entitlement.id, plan, state) : [],
    ),
    ...now.warnings
      .filter(
        ({ code, about, message }) =>
          !plan.warnings.some((it) => it.code === code && it.about === about && it.message === message),
      )
      .map(({ message }) => `a warning is new: ${message.replace(/\.$/u, "")}`),
  ]
}

/** Whether nobody can be given it: of whoever is gone, what they held can still be taken. */
const isGone = (change: Planned, state: LiveState): boolean =>
  change.principal !== undefined &&
  (change._tag === "Action" || change.intent === "grant") &&
  personOf(change.principal, state) === undefined

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

/** What the plan shows of a change, and what is read now: whoever approved it must not have been shown another name. */
const shownOtherwise = (
  change: Planned,
  now: Planned,
  actions: ReadonlyArray<ActionDeclaration>,
): ReadonlyArray<string> => {
  if (change._tag === "Change") {
    const name = now._tag === "Change" ? now.resourceName : undefined
    return otherName(change.entitlement.id, change.resourceName, name)
  }
  const name = now._tag === "Action" ? now.displayName : undefined
  const fields = actions.find((action) => action.name === change.action)?.arguments ?? []
  const account = fields.find(({ isPrincipal }) => isPrincipal === true)
  const about = account === undefined ? undefined : String(change.values[account.name])
  return [
    ...otherName(`the action ${change.action}`, change.displayName, name),
    ...(about === change.principal?.resource ? [] : [`${nameOf(change)} is about ${about ?? "nobody"}`]),
  ]
}

const otherName = (id: string, before = "without a name", after = "without a name"): ReadonlyArray<string> =>
  before === after ? [] : [`${id} is called ${after} now, and the plan shows ${before}`]

const changedSubject = (id: string, before: Subject | undefined, after: Subject): ReadonlyArray<string> => {
  if (before === undefined) return [`the plan does not show who ${id} is`]
  if ((before.isInactive ?? false) !== (after.isInactive ?? false)) {
    return [`${id} is ${after.isInactive === true ? "deactivated" : "active"} now`]
  }
  if (before.ineligible !== after.ineligible)
    return [`${id} is ${after.ineligible ?? `no longer ${before.ineligible}`} now`]
  if (before.privilege !== after.privilege) {
    return [`${id} is ${after.privilege ?? `no longer ${before.privilege}`} now`]
  }
  const [from = "none", to = "none"] = [before.address, after.address]
  return [
    ...otherName(id, before.displayName, after.displayName),
    ...(from === to ? [] : [`the address of ${id} is ${to} now, and the plan shows ${from}`]),
  ]
}

const unseen = (entitlement: string, { members, changes }: Plan, state: LiveState): ReadonlyArray<string> => {
  const seen = new Set(members[entitlement])
  // Nobody takes it from those who hold it for a time.
  const lent = new Set(
    (state.held.get(entitlement)?.holders ?? [])
      .filter((holder) => leaseOf(entitlement, holder, state) !== undefined)
      .map(formatResourceId),
  )
  for (const change of changes)
    if (change._tag === "Change" && change.intent === "grant") seen.add(formatResourceId(change.principal))
  return [...heldIn(state, entitlement)]
    .filter((id) => !seen.has(id) && !lent.has(id))
    .map((id) => `${id} came into ${entitlement} since`)
}

const nameOf = (change: Planned): string =>
  change._tag === "Change"
    ? `${change.entitlement.id} for ${formatResourceId(change.principal)}`
    : `${change.displayName} of ${change.principal === undefined ? JSON.stringify(change.values) : formatResourceId(change.principal)}`

/**
 * Fails with `Expired` where the plan is older than plans may be, `maxAge` in milliseconds, or was made in the future: a clock that was
 * set back must not make it last longer.
 */
export const checkAge = Effect.fnUntraced(function* ({ madeAt, id }: Plan, maxAge: number, path?: string) {
  const age = (yield* Clock.currentTimeMillis) - Date.parse(madeAt)
  if (age < -maxSkew) return yield* madeLater(id, madeAt, path)
  if (age <= maxAge) return
  return yield* new PlanError({
    reason: "Expired",
    message: `The plan ${id} was made at ${madeAt}, and plans may be ${lengthInWords(maxAge)} old.`,
    hint: `${again(path)}, or allow older ones with BATON_PLAN_MAX_AGE.`,
  })
})

/** The beginning of a sentence: how a plan is made again. */
const again = (path: string | undefined): string =>
  path === undefined
    ? "Run the same command again"
    : `Make the plan again with \`rollcall plan --refresh ${path} --out ${path} --force\``

const madeLater = (id: string, madeAt: string, path: string | undefined) =>
  new PlanError({
    reason: "Expired",
    message: `The plan ${id} was made at ${madeAt}, which is in the future by this machine's clock. Nothing was begun.`,
    hint: `Set the clock of this machine. ${again(path)} if it was wrong when the plan was made.`,
  })

/** The failure of a plan that does not fit any more, for these reasons; `path` is its file, where it has one. */
export const staleError = (details: ReadonlyArray<string>, path?: string) =>
  new PlanError({
    reason: "Stale",
    message: `The plan does not fit any more: ${firstFew(details, 20, "; ")}. Nothing was begun.`,
    hint: `Look at what changed. ${again(path)}.`,
    details,
  })
