// Who gained or lost what between two syncs.
import type { GrantParts, OrderedGrant } from "@rollcall/c1z"
import { compareGrants, partsOfGrant } from "@rollcall/c1z"
import type { StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import type { Change, ChangedEntitlement, ChangedSubject } from "./Change.ts"
import type { ComparedPair, Shown } from "./ComparedPair.ts"
import { entitlementOf, isOff, shownBy, subjectOf, wasDisabled, knownKind } from "./ComparedPair.ts"
import { saysMore } from "./compareResources.ts"
import type { Difference } from "./mergeSorted.ts"
import { mergeSorted } from "./mergeSorted.ts"

/** The grants that one of the syncs has alone. */
export const differingGrants = ({ before, after }: ComparedPair) =>
  mergeSorted(before.inOrder.grants(), after.inOrder.grants(), compareGrants, () => false)

/**
 * Makes changes of grants that differ, which come by entitlement: with the first that an entitlement gained or lost comes a change
 * that says how many hold it.
 */
export const grantChanges = (pair: ComparedPair) => {
  let current: { readonly entitlement: string; readonly section: Change["section"] } | undefined
  return Effect.fnUntraced(function* (
    difference: Difference<OrderedGrant>,
  ): Effect.fn.Return<ReadonlyArray<Change>, StoreError> {
    const grant = partsOfGrant(difference.after ?? difference.before)
    const isGain = difference.after !== undefined
    const access = isGain ? pair.after : pair.before
    const before = yield* shownBy(pair.before, grant.principal)
    const after = yield* shownBy(pair.after, grant.principal)
    if (!(yield* isComparable(pair, grant, isGain, isGain ? before : after))) return []
    if (isGain ? comesWith(pair, grant, before, after) : yield* goesWith(pair, grant, before, after)) return []

    const entitlement = yield* entitlementOf(access, grant.entitlement, grant.resource)
    const principal = after ?? before
    const membership = (section: Change["section"]): Change => ({
      ...noValues,
      section,
      change: isGain ? "added" : "removed",
      what: "membership",
      subject: principal === undefined ? missing(grant) : subjectOf(principal),
      entitlement,
    })
    if (access.meanings.isPrivileged(grant.entitlement)) return [membership(isGain ? "new-admins" : "former-admins")]
    if (isGain && isOff(after?.attributes.status)) return [membership("disabled-holding")]
    if (current?.entitlement === grant.entitlement) return [membership(current.section)]
    const head = yield* holdersChange(pair, entitlement)
    current = { entitlement: grant.entitlement, section: head.section }
    return [head, membership(head.section)]
  })
}

const noValues = { values: [], lost: 0, holds: 0, held: [] }

/** Whether it is known that one sync has no such grant. */
const isComparable = Effect.fnUntraced(function* (
  { before, after, comparable: { isKnown, onlyDirect } }: ComparedPair,
  { entitlement, principal, resource }: GrantParts,
  isGain: boolean,
  lacking: Shown | undefined,
): Effect.fn.Return<boolean, StoreError> {
  if (!isKnown(resource.resourceType)) return false
  // Of somebody whom it might just not show, it shows no grants either.
  if (lacking === undefined && !isKnown(principal.resourceType)) return false
  return !onlyDirect || (yield* (isGain ? after : before).holdsDirectly(principal, entitlement))
})

/** Whether the change of the account says it: who is new, or of another kind, is where such accounts are. */
const comesWith = (
  { after: later, comparable }: ComparedPair,
  { entitlement, principal, resource }: GrantParts,
  before: Shown | undefined,
  after: Shown | undefined,
): boolean => {
  if (after === undefined || !comparable.isKnown(principal.resourceType)) return false
  if (saysMore(later, after.parent, entitlement, resource)) return false
  if (before === undefined) return true
  const isBack = isOff(before.attributes.status) && !isOff(after.attributes.status) && comparable.tells("status")
  return isBack || kindChanged(comparable, before, after)
}

const kindChanged = ({ tells }: ComparedPair["comparable"], before: Shown, after: Shown): boolean =>
  tells("kind") &&
  before.attributes.kind !== undefined &&
  after.attributes.kind !== undefined &&
  knownKind(before.attributes) !== knownKind(after.attributes)

/** Whether the change of the account, or of the resource, says it: who is gone or disabled has lost all that they had. */
const goesWith = Effect.fnUntraced(function* (
  { before: earlier, after: later, comparable }: ComparedPair,
  { entitlement, principal, resource }: GrantParts,
  before: Shown | undefined,
  after: Shown | undefined,
): Effect.fn.Return<boolean, StoreError> {
  if (comparable.isKnown(principal.resourceType) && before !== undefined) {
    if (after === undefined || wasDisabled(before, after, comparable)) return true
    if (!saysMore(earlier, before.parent, entitlement, resource) && kindChanged(comparable, before, after)) return true
  }
  return (yield* earlier.resource(resource)) !== undefined && (yield* later.resource(resource)) === undefined
})

/** How many hold an entitlement, before and after. */
const holdersChange = Effect.fnUntraced(function* (
  { before, after, types }: ComparedPair,
  entitlement: ChangedEntitlement,
): Effect.fn.Return<Change, StoreError> {
  const { id, resource, resourceName } = entitlement
  const counts = { before: yield* before.inOrder.countHolders(id), after: yield* after.inOrder.countHolders(id) }
  const type = types.get(resource.resourceType)
  const grew = counts.after > counts.before && (type === "group" || type === "role")
  return {
    ...noValues,
    section: grew ? "grown" : "memberships",
    change: "changed",
    what: "holders",
    subject: { id: resource, name: resourceName, email: null, status: null, kind: null },
    entitlement,
    values: [{ attribute: "holders", ...counts }],
  }
})

/** Somebody whom neither sync lists. */
const missing = ({ principal }: GrantParts): ChangedSubject => ({
  id: principal,
  name: `MISSING RESOURCE (${formatResourceId(principal)})`,
  email: null,
  status: null,
  kind: null,
})
