// Where a system differs from a desired state, by a record of it such as a sync: nothing is asked of the system. What differs is what a
// plan would change, entry by entry; an entry that the record cannot tell of is unknown, and nothing else.
import type {
  EntitlementHolders,
  EntitlementReference,
  FoundPrincipal,
  ResourceId,
  UnclearPrincipal,
} from "@rollcall/connector"
import { formatResourceId, parseEntitlementId } from "@rollcall/connector"
import { Effect } from "effect"
import type { DesiredEntitlement, DesiredState } from "./DesiredState.ts"
import { misnamed, desiredChangesOf } from "./DesiredState.ts"
import type { LiveState } from "./LiveState.ts"
import { lentBy, peopleIn } from "./LiveState.ts"
import type { Lease } from "./leases/Lease.ts"
import type { Planned, DesiredChange } from "./Plan.ts"
import { planChanges } from "./planChanges.ts"
import { unclearNames } from "./unclearNames.ts"

/** A record of a system at one time. */
export interface Observation<E> {
  /** Whom a text in the desired state means; it need not be anybody. */
  readonly named: (text: string) => ResourceId
  /**
   * Why the record does not show who holds what on resources of a type, or which principals of a type there are, in a clause without its
   * full stop; `undefined` where it shows all of them.
   */
  readonly gapIn: (resourceType: string, of: "holders" | "principals") => string | undefined
  /** Who holds it; `undefined` where the record shows no such entitlement. */
  readonly holders: (entitlement: EntitlementReference) => Effect.Effect<EntitlementHolders | undefined, E>
  /** The leases that are open; none is known where it is absent. */
  readonly leases?: ReadonlyArray<Lease> | undefined
  /** As `Provisioning.findPrincipals`, among those whom the record shows. */
  readonly findPrincipals: (
    names: ReadonlyArray<string>,
  ) => Effect.Effect<ReadonlyMap<string, FoundPrincipal | UnclearPrincipal>, E>
}

/** How an entitlement differs from what is desired. */
export interface EntitlementDrift {
  /** Its id. */
  readonly entitlement: string
  readonly resourceName?: string | undefined
  /**
   * - `same`: nothing is left to do that could be done.
   * - `differs`: somebody lacks it, or holds it and should not.
   * - `unknown`: the record does not show it.
   * - `unclear`: the entry does not fit the system, and a person has to correct it: its entitlement is not there or called otherwise, or
   *   a member is nobody or several.
   */
  readonly state: "same" | "differs" | "unknown" | "unclear"
  /** Who should hold it and does not. */
  readonly missing: ReadonlyArray<ResourceId>
  /** Who holds it and should not. */
  readonly extra: ReadonlyArray<ResourceId>
  /** Who should hold it, does not, and could not be given it, such as somebody who is deactivated: no drift. */
  readonly blocked: ReadonlyArray<ResourceId>
  /** Who holds it for a time, beside those who should: no drift, as it ends. */
  readonly lent: ReadonlyArray<ResourceId>
  /** Why it is unknown or unclear, in clauses without full stops. */
  readonly why: ReadonlyArray<string>
}

/**
 * How each entitlement of the desired state differs, in its order. All addresses are looked up at once, and ids where nobody of that id
 * holds the entitlement; the holders of one entitlement are in memory at a time.
 */
export const driftIn = Effect.fn("Plan.drift")(function* <E>(
  { entitlements }: DesiredState,
  observed: Observation<E>,
): Effect.fn.Return<ReadonlyArray<EntitlementDrift>, E> {
  const all = entitlements.flatMap(({ members, removals = [] }) => [...members, ...removals])
  const addresses = new Set(all.filter((text) => text.includes("@")))
  const known = addresses.size === 0 ? new Map() : yield* observed.findPrincipals([...addresses])
  return yield* Effect.forEach(entitlements, (entry) =>
    // Others get their turn in between: an entry may have many members.
    Effect.tap(driftOf(entry, observed, known), () => Effect.yieldNow),
  )
})

type Found = ReadonlyMap<string, FoundPrincipal | UnclearPrincipal>

const driftOf = Effect.fnUntraced(function* <E>(
  entry: DesiredEntitlement,
  observed: Observation<E>,
  known: Found,
): Effect.fn.Return<EntitlementDrift, E> {
  const { id } = entry
  const undecided = (state: "unknown" | "unclear", ...why: ReadonlyArray<string>): EntitlementDrift => ({
    entitlement: id,
    state,
    missing: [],
    extra: [],
    blocked: [],
    lent: [],
    why,
  })
  const entitlement = parseEntitlementId(id)
  if (entitlement === undefined) return undecided("unclear", `${id} is not the id of an entitlement`)
  const gap = observed.gapIn(entitlement.resource.resourceType, "holders")
  if (gap !== undefined) return undecided("unknown", gap)
  const read = yield* observed.holders(entitlement)
  if (read === undefined) return undecided("unclear", `there is no entitlement ${id}`)
  if (read.isPartial === true) return undecided("unknown", `some who hold ${id} could not be read`)

  const desiredChanges = desiredChangesOf(entry, observed.named)
  const named = desiredChanges.flatMap(principalsIn)
  const held = new Set(read.holders.map(formatResourceId))
  const ids = named.filter((it) => !it.resource.includes("@") && !held.has(formatResourceId(it)))
  const strangers = new Set(ids.map(({ resource }) => resource))
  const found: Found = new Map([
    ...named.flatMap(({ resource }) => {
      const meant = known.get(resource)
      return meant === undefined ? [] : [[resource, meant] as const]
    }),
    ...(strangers.size === 0 ? [] : yield* observed.findPrincipals([...strangers])),
  ])
  const state = stateOf(id, read, found, observed.leases)
  const unclear = unclearNames(desiredChanges, state)
  // Somebody whom the record does not show may be there all the same.
  const unseen = [...new Set(named.map(({ resourceType }) => resourceType))].flatMap(
    (type) => observed.gapIn(type, "principals") ?? [],
  )
  if (unclear.length > 0 && unseen.length > 0) return undecided("unknown", ...unseen)
  const { changes, blocked, lent = [], contradictions } = planChanges(desiredChanges, state, anybody)
  const why = [
    ...misnamed({ entitlements: [entry] }, state),
    ...unclear.map(({ name, why: because }) => `${name}: ${because}`),
    ...contradictions,
  ]
  if (why.length > 0) return { ...undecided("unclear", ...why), resourceName: read.resourceName }
  return {
    entitlement: id,
    resourceName: read.resourceName,
    state: changes.length === 0 ? "same" : "differs",
    missing: principalsOf(changes, "grant"),
    extra: principalsOf(changes, "revoke"),
    blocked: blocked.flatMap(({ change }) => change.principal ?? []),
    lent: lent.map(({ subject }) => subject.principal),
    why,
  }
})

/** What is known of one entitlement, as a plan is made from it. */
const stateOf = (id: string, read: EntitlementHolders, found: Found, leases: ReadonlyArray<Lease> = []): LiveState => ({
  tenant: { id: "", displayName: "" },
  held: new Map([[id, read]]),
  found,
  people: peopleIn(found),
  privileged: [],
  lent: lentBy(leases),
  done: new Set(),
})

/** A record is looked at whoever made it, and whatever could be changed with their token. */
const anybody = { actions: [], refusal: () => undefined, own: new Set<string>() }

const principalsIn = (desired: DesiredChange): ReadonlyArray<ResourceId> => {
  if (desired._tag === "Members") return desired.members
  return desired.principal === undefined ? [] : [desired.principal]
}

const principalsOf = (changes: ReadonlyArray<Planned>, intent: "grant" | "revoke"): ReadonlyArray<ResourceId> =>
  changes.flatMap((change) =>
    change._tag === "Change" && change.intent === intent && change.principal !== undefined ? [change.principal] : [],
  )
