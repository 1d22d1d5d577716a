// What is left to do, as a pure function of what is asked for and how things stand. Whatever order the desired changes come in, the same
// changes follow; applied, they leave nothing to do.
import type { ActionDeclaration, ConnectorError, ResourceId } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import type { LiveState } from "./LiveState.ts"
import { heldIn, idsOf, leaseOf, personOf, withAccountIds } from "./LiveState.ts"
import type { Lease } from "./leases/Lease.ts"
import { inOrder } from "./changeOrder.ts"
import type { Plan, Planned, DesiredChange } from "./Plan.ts"
import { keyOf } from "./Plan.ts"
import { subjectOf, subjectsOf, takesAccess, warningsOf } from "./warnings.ts"

/** What follows from the desired changes. */
export interface PlannedChanges extends Pick<
  Plan,
  "desiredChanges" | "changes" | "blocked" | "lent" | "unchanged" | "subjects" | "members" | "warnings"
> {
  /** Who is to hold what by one desired change, and not by another: a sentence without its full stop each. */
  readonly contradictions: ReadonlyArray<string>
}

/** What is known besides of what the system, or we, would refuse. */
export interface PlanRules {
  readonly actions: ReadonlyArray<ActionDeclaration>
  /** Why a change is refused without asking the system (`refusalOf`). */
  readonly refusal: (change: Extract<Planned, { _tag: "Change" }>) => ConnectorError | undefined
  /** Ids of the account that acts, as `user:U0123`, which loses no access unless that is asked for. */
  readonly own: ReadonlySet<string>
}

/** Everything that follows. Names have to be clear (`unclearNames`). */
export const planChanges = (
  asked: ReadonlyArray<DesiredChange>,
  state: LiveState,
  rules: PlanRules,
): PlannedChanges => {
  const desiredChanges = asked.map((desired) => withIds(desired, state, rules))
  const all = [
    ...new Map(
      asked
        .flatMap((desired, at) => changesOf(desiredChanges[at] ?? desired, state, rules, state.done.has(desired)))
        .map((it) => [keyOf(it.change), it]),
    ).values(),
  ]
  const keys = new Set(all.map(({ change }) => keyOf(change)))
  const alone = onlyMembers(desiredChanges, state)
  const contradictions = all.flatMap(({ change }) => {
    if (change._tag !== "Change" || change.intent !== "grant") return []
    const id = formatResourceId(change.principal)
    const isExcluded = alone.get(change.entitlement.id)?.some((members) => !members.has(id)) === true
    return isExcluded || keys.has(keyOf({ ...change, intent: "revoke" }))
      ? [`${id} is to hold ${change.entitlement.id}, and not to hold it`]
      : []
  })
  const open = all.filter(({ isMet }) => !isMet).map(({ change }) => change)
  const refused = new Map(
    open.flatMap((change) => {
      const why = whyBlocked(change, state, rules)
      return why === undefined ? [] : [[change, why] as const]
    }),
  )
  const changes = inOrder(
    open.filter((change) => !refused.has(change)),
    rules.actions,
  )
  const lent = lentIn(desiredChanges, state)
  return {
    desiredChanges,
    changes,
    blocked: [...refused].map(([change, why]) => ({ change, why })),
    ...(lent.length === 0 ? {} : { lent }),
    unchanged: all.length - open.length,
    subjects: subjectsOf(open, state),
    members: Object.fromEntries(
      desiredChanges.flatMap((desired) =>
        desired._tag === "Members" && desired.mode === "only"
          ? [
              [
                desired.entitlement.id,
                (state.held.get(desired.entitlement.id)?.holders ?? []).map(formatResourceId).toSorted(),
              ],
            ]
          : [],
      ),
    ),
    warnings: warningsOf(changes, state, rules.actions),
    contradictions,
  }
}

/** Of each entitlement that is for certain people alone: who they are, by each desired change that says so. */
const onlyMembers = (
  desiredChanges: ReadonlyArray<DesiredChange>,
  state: LiveState,
): ReadonlyMap<string, ReadonlyArray<ReadonlySet<string>>> => {
  const alone = desiredChanges.filter((desired) => desired._tag === "Members" && desired.mode === "only")
  const groups = Map.groupBy(alone, (desired) => (desired._tag === "Members" ? desired.entitlement.id : ""))
  return new Map(
    [...groups].map(([id, group]) => [
      id,
      group.map(
        (desired) =>
          new Set(desired._tag === "Members" ? desired.members.flatMap((member) => idsOf(member, state)) : []),
      ),
    ]),
  )
}

/** The desired change with ids in the place of addresses. */
const withIds = (desired: DesiredChange, state: LiveState, { actions }: PlanRules): DesiredChange => {
  const resolve = (named: ResourceId): ResourceId => {
    const { resourceType, resource } = personOf(named, state) ?? named
    return { resourceType, resource }
  }
  if (desired._tag === "Members") return { ...desired, members: desired.members.map(resolve) }
  if (desired.principal === undefined) return desired
  const principal = resolve(desired.principal)
  const action = desired._tag === "Action" ? actions.find(({ name }) => name === desired.action) : undefined
  return desired._tag === "Action" && action !== undefined
    ? { ...desired, principal, values: withAccountIds(desired.values, action, state.found) }
    : { ...desired, principal }
}

interface Asked {
  readonly change: Planned
  readonly isMet: boolean
}

const changesOf = (
  desired: DesiredChange,
  state: LiveState,
  rules: PlanRules,
  isDone: boolean,
): ReadonlyArray<Asked> => {
  const reason = desired.reason === undefined ? {} : { reason: desired.reason }
  if (desired._tag === "Action") {
    const { action, values, principal } = desired
    const displayName = rules.actions.find(({ name }) => name === action)?.displayName ?? action
    const change = {
      _tag: "Action",
      action,
      displayName,
      values,
      before: "not done",
      after: "done",
      ...reason,
    } as const
    return [{ change: principal === undefined ? change : { ...change, principal }, isMet: isDone }]
  }
  const { entitlement } = desired
  const { holders = [], resourceName } = state.held.get(entitlement.id) ?? {}
  const held = heldIn(state, entitlement.id)
  const ask = (intent: "grant" | "revoke", principal: ResourceId, isHeld: boolean): Asked => ({
    change: {
      _tag: "Change",
      intent,
      entitlement,
      ...(resourceName === undefined ? {} : { resourceName }),
      principal,
      before: isHeld ? "held" : "not held",
      ...lasting(intent, isHeld ? leaseOf(entitlement.id, principal, state) : undefined),
      after: intent === "grant" ? "held" : "not held",
      ...reason,
    },
    // Who holds it for a time alone is still to be granted it.
    isMet:
      isHeld === (intent === "grant") &&
      (intent === "revoke" || leaseOf(entitlement.id, principal, state) === undefined),
  })
  const isHeld = (principal: ResourceId) => idsOf(principal, state).some((id) => held.has(id))
  if (desired._tag === "Change") return [ask(desired.intent, desired.principal, isHeld(desired.principal))]
  const wanted = new Set(desired.members.flatMap((member) => idsOf(member, state)))
  const isLentTo = (holder: ResourceId) => leaseOf(entitlement.id, holder, state) !== undefined
  const others =
    desired.mode === "only"
      ? holders.filter((holder) => !wanted.has(formatResourceId(holder)) && !isLentTo(holder))
      : []
  return [
    ...desired.members.map((member) => ask("grant", member, isHeld(member))),
    ...others.map((holder) => ask("revoke", holder, true)),
  ]
}

const lasting = (intent: "grant" | "revoke", lease: Lease | undefined) =>
  intent === "grant" && lease !== undefined ? { endedAt: lease.endsAt } : {}

/** Who holds for a time what is to be held by certain people alone, and is none of them. */
const lentIn = (desiredChanges: ReadonlyArray<DesiredChange>, state: LiveState): NonNullable<Plan["lent"]> =>
  desiredChanges.flatMap((desired) => {
    if (desired._tag !== "Members" || desired.mode !== "only" || (state.lent?.size ?? 0) === 0) return []
    const wanted = new Set(desired.members.flatMap((member) => idsOf(member, state)))
    return (state.held.get(desired.entitlement.id)?.holders ?? []).flatMap((holder) => {
      const lease = wanted.has(formatResourceId(holder)) ? undefined : leaseOf(desired.entitlement.id, holder, state)
      if (lease === undefined) return []
      return [{ entitlement: desired.entitlement.id, subject: subjectOf(holder, state), endsAt: lease.endsAt }]
    })
  })

const whyBlocked = (change: Planned, state: LiveState, { actions, refusal, own }: PlanRules): string | undefined => {
  const person = change.principal === undefined ? undefined : personOf(change.principal, state)
  if (change._tag === "Change") {
    const refused = refusal(change)
    if (refused !== undefined) return refused.message
    const ineligible = person?.ineligible ?? (person?.isInactive === true ? "deactivated" : undefined)
    return change.intent === "grant" && ineligible !== undefined ? `it is ${ineligible}` : undefined
  }
  const isOwn =
    takesAccess(change, actions) && change.principal !== undefined && own.has(formatResourceId(change.principal))
  return isOwn ? "it is the account that the token belongs to, and this would end the token" : undefined
}
