// How things stand in the system now: who holds what is to be changed, read once for each entitlement; who the people are, in one
// look-up; and which actions are done.
import type {
  ActionDeclaration,
  ActionValues,
  Connector,
  EntitlementHolders,
  FoundPrincipal,
  ResourceId,
  StoreError,
  Tenant,
  UnclearPrincipal,
} from "@rollcall/connector"
import { ConnectorError, formatResourceId, toEntitlementHolders } from "@rollcall/connector"
import { Effect } from "effect"
import type { Lease } from "./leases/Lease.ts"
import { isLent, OpenLeases } from "./leases/Lease.ts"
import { wellFormed, type DesiredChange } from "./Plan.ts"

/** What was read for a plan. */
export interface LiveState {
  readonly tenant: Tenant
  /** By the entitlement's id. */
  readonly held: ReadonlyMap<string, EntitlementHolders>
  /** What each name means: of those who are asked for, and of those who would lose something. Absent: nobody. */
  readonly found: ReadonlyMap<string, FoundPrincipal | UnclearPrincipal>
  /** Those who were found, by id. */
  readonly people: ReadonlyMap<string, FoundPrincipal>
  /** Everybody with a privilege, as `user:U0123`; empty where nobody with one is to lose their account. */
  readonly privileged: ReadonlyArray<string>
  /** Access for a time, by the entitlement and the principal. */
  readonly lent?: ReadonlyMap<string, Lease> | undefined
  /** The desired changes for actions of which nothing is left to do. */
  readonly done: ReadonlySet<DesiredChange>
}

/** Reads what the desired changes are about. A group that cannot be read fails the whole: a plan by halves is none. */
export const readLiveState = Effect.fn("Plan.readLiveState")(function* <R>(
  connector: Connector<R>,
  desiredChanges: ReadonlyArray<DesiredChange>,
): Effect.fn.Return<LiveState, ConnectorError | StoreError, R> {
  const { provisioning } = connector
  const tenant = wellFormed(yield* connector.identify)
  const entitlements = new Map(
    desiredChanges.flatMap((desired) =>
      "entitlement" in desired ? [[desired.entitlement.id, desired.entitlement]] : [],
    ),
  )
  const comparesAll = new Set(
    desiredChanges.flatMap((desired) =>
      desired._tag === "Members" && desired.mode === "only" ? [desired.entitlement.id] : [],
    ),
  )
  const held = new Map<string, EntitlementHolders>()
  for (const [id, entitlement] of entitlements) {
    if (provisioning === undefined) break
    const whole: EntitlementHolders = toEntitlementHolders(yield* provisioning.holders(entitlement))
    const { resourceName } = whole
    const read = resourceName === undefined ? whole : { ...whole, resourceName: wellFormed(resourceName) }
    if (read.isPartial === true && comparesAll.has(id)) {
      return yield* notWhole(read.resourceName ?? id, {
        so: "so nobody can be said to be there without being asked for. Nothing was planned.",
        hint: "Try again; if it stays so, name the changes one by one.",
      })
    }
    held.set(id, read)
  }
  const names = namesIn(desiredChanges, held)
  const found =
    provisioning === undefined || names.size === 0
      ? new Map<string, FoundPrincipal>()
      : new Map(
          [...(yield* provisioning.findPrincipals([...names], { foresee: true }))].map(
            ([name, meant]) => [name, wellFormed(meant)] as const,
          ),
        )
  const done = new Set<DesiredChange>()
  for (const desired of desiredChanges)
    if (desired._tag === "Action" && (yield* isDone(connector, desired, found))) done.add(desired)
  const people = peopleIn(found)
  // Only where somebody who has a privilege is to lose their account: it takes a pass of its own.
  const asksForPrivileged = desiredChanges.some(
    (desired) =>
      desired._tag === "Action" &&
      desired.principal !== undefined &&
      people.get(desired.principal.resource)?.privilege !== undefined,
  )
  const privileged = asksForPrivileged ? yield* provisioning?.privileged ?? Effect.succeed([]) : []
  const lent = lentBy(yield* (yield* OpenLeases)(tenant.id))
  return { tenant, held, found, people, done, lent, privileged: privileged.map(formatResourceId) }
})

const pairOf = (entitlement: string, principal: string) => `${entitlement} ${principal}`

/** What is known of leases, by what they are about. */
export const lentBy = (leases: ReadonlyArray<Lease>): NonNullable<LiveState["lent"]> =>
  new Map(
    leases
      .filter(isLent)
      .map((lease) => [pairOf(lease.entitlement.id, formatResourceId(lease.principal)), lease] as const),
  )

/** The lease by which a principal has an entitlement, under whichever of their ids. */
export const leaseOf = (entitlement: string, principal: ResourceId, state: LiveState): Lease | undefined =>
  state.lent === undefined || state.lent.size === 0
    ? undefined
    : idsOf(principal, state)
        .map((id) => state.lent?.get(pairOf(entitlement, id)))
        .find((lease) => lease !== undefined)

/** Those who were found, by id. */
export const peopleIn = (found: LiveState["found"]): LiveState["people"] =>
  new Map([...found.values()].flatMap((meant) => ("unclear" in meant ? [] : [[meant.resource, meant]])))

/** The failure of a read that is not whole: `so` completes "…, " and says what does not follow from it. */
export const notWhole = (name: string, { so, hint }: { readonly so: string; readonly hint: string }) =>
  new ConnectorError({
    reason: { _tag: "NotWhole" },
    message: `Some holders of ${name} could not be read, ${so}`,
    hint,
  })

/** Those who are asked for, and of an entitlement that is for certain people alone everybody who holds it. */
const namesIn = (
  desiredChanges: ReadonlyArray<DesiredChange>,
  held: ReadonlyMap<string, EntitlementHolders>,
): ReadonlySet<string> =>
  new Set(
    desiredChanges.flatMap((desired) => {
      if (desired._tag !== "Members") return desired.principal === undefined ? [] : [desired.principal.resource]
      const holders = desired.mode === "only" ? (held.get(desired.entitlement.id)?.holders ?? []) : []
      return [...desired.members, ...holders].map(({ resource }) => resource)
    }),
  )

/** Enabling and disabling follow from what the look-up of the account showed; any other action is asked. */
const isDone = Effect.fnUntraced(function* <R>(
  { actions = [] }: Connector<R>,
  { action: name, values: given, principal }: Extract<DesiredChange, { _tag: "Action" }>,
  found: LiveState["found"],
) {
  const action = actions.find((candidate) => candidate.name === name)
  if (action === undefined) return false
  const values = withAccountIds(given, action, found)
  const account = principal === undefined ? undefined : found.get(principal.resource)
  if (account !== undefined && !("unclear" in account)) {
    if (action.kind === "accountDisable") return account.isInactive === true
    if (action.kind === "accountEnable") return account.isInactive !== true
  }
  return (yield* action.isDone(values)) !== false
})

/** The values of an action with ids in the place of addresses, in the arguments that name accounts. */
export const withAccountIds = (
  values: ActionValues,
  { arguments: fields }: Pick<ActionDeclaration, "arguments">,
  found: LiveState["found"],
): ActionValues =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isAccount = fields.some((field) => field.name === name && field.isPrincipal === true)
      const meant = isAccount ? found.get(String(value)) : undefined
      return [name, meant === undefined || "unclear" in meant ? value : meant.resource]
    }),
  )

const heldIds = new WeakMap<EntitlementHolders, ReadonlySet<string>>()

/** The ids of all who hold the entitlement, as `user:U0123`. */
export const heldIn = ({ held }: LiveState, entitlement: string): ReadonlySet<string> => {
  const read = held.get(entitlement)
  return read === undefined ? new Set() : idsIn(read)
}

/** The same of one read: made once of each, which may be asked for every desired change and every lease. */
export const idsIn = (read: EntitlementHolders): ReadonlySet<string> => {
  const known = heldIds.get(read)
  if (known !== undefined) return known
  const ids = new Set(read.holders.map(formatResourceId))
  heldIds.set(read, ids)
  return ids
}

/** Who is meant by a name or an id, where that is one principal. */
export const personOf = (
  { resource }: ResourceId,
  { found, people }: Pick<LiveState, "found" | "people">,
): FoundPrincipal | undefined => {
  const meant = found.get(resource)
  return meant === undefined || "unclear" in meant ? people.get(resource) : meant
}

/** The ids under which the system may list somebody, as `user:U0123`. */
export const everyIdOf = (
  { resourceType, resource, ...more }: Pick<FoundPrincipal, "resourceType" | "resource" | "aliases">,
  aliases = more.aliases ?? [],
): ReadonlyArray<string> => [resource, ...aliases].map((id) => formatResourceId({ resourceType, resource: id }))

/** The ids under which the system may list a principal, as `user:U0123`, which is one of them. */
export const idsOf = (principal: ResourceId, state: Pick<LiveState, "found" | "people">): ReadonlyArray<string> => {
  const person = personOf(principal, state)
  return person === undefined ? [formatResourceId(principal)] : everyIdOf(person)
}

/** Further ids of a principal, as a change takes them; absent where they are not known. */
export const aliasesIn = (state: LiveState, principal: ResourceId): { readonly aliases?: ReadonlyArray<string> } => {
  const person = personOf(principal, state)
  return person?.aliases === undefined
    ? {}
    : { aliases: [person.resource, ...person.aliases].filter((id) => id !== principal.resource) }
}
