// The resources of one type that came, went or changed between two syncs.
import type { OrderedResource } from "@rollcall/c1z"
import { compareText } from "@rollcall/c1z"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { AccessReader } from "../AccessReader.ts"
import type { AccountAttributes } from "../accountAttributes.ts"
import { isOfKind } from "../accountAttributes.ts"
import type { Change, ChangedValue } from "./Change.ts"
import type { ComparedPair, Shown } from "./ComparedPair.ts"
import { entitlementOf, isOff, isSame, subjectOf, knownKind, wasDisabled } from "./ComparedPair.ts"
import { mergeSorted } from "./mergeSorted.ts"

/** A resource and the entitlements with a meaning that it has grants of. */
export interface HoldingResource {
  readonly resource: OrderedResource
  readonly held: ReadonlyArray<string>
}

/** The resources of a type that differ, or of which what they hold says something else. */
export const differingResources = ({ before, after, types }: ComparedPair, type: string) => {
  const isAccount = types.get(type) === "account"
  return mergeSorted(
    inOrder(before, type, isAccount),
    inOrder(after, type, isAccount),
    (a, b) => compareText(a.resource.id, b.resource.id),
    (a, b) => !sameBytes(a.resource.data, b.resource.data) || !sameTexts(a.held, b.held),
  )
}

/** Resources by id; accounts with what they hold that says something of them. */
function* inOrder(access: AccessReader, type: string, isAccount: boolean): Generator<HoldingResource, void> {
  const grants = access.inOrder.heldBy(type, isAccount ? access.meanings.types : [])
  const nextHeld = () => {
    const { value, done } = grants.next()
    if (done === true) return undefined
    const end = value.indexOf("\0")
    return { principal: value.slice(0, end), entitlement: value.slice(end + 1) }
  }
  try {
    let next = nextHeld()
    for (const resource of access.inOrder.resources(type)) {
      let held = nothing
      while (next !== undefined && compareText(next.principal, resource.id) <= 0) {
        if (next.principal === resource.id) held = [...held, next.entitlement]
        next = nextHeld()
      }
      yield { resource, held }
    }
  } finally {
    grants.return()
  }
}

const nothing: ReadonlyArray<string> = []

const sameTexts = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((text, at) => text === b[at])

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** The change that a difference is; `undefined` where all that differs is of no interest, or unknown. */
export const resourceChange = Effect.fnUntraced(function* (
  pair: ComparedPair,
  type: string,
  before: Shown | undefined,
  after: Shown | undefined,
  onUnknownStatus: () => void,
): Effect.fn.Return<Change | undefined, StoreError> {
  const what = pair.types.get(type) ?? "resource"
  const subject = after ?? before
  if (subject === undefined) return undefined
  const change = { what, subject: subjectOf(subject), entitlement: null, values: [], lost: 0, holds: 0, held: [] }
  if (before !== undefined && after !== undefined) {
    const values = changedValues(pair, what === "account", before, after, onUnknownStatus)
    if (values.length === 0) return undefined
    const section = what === "account" ? changedSection(values, before, after) : "resources"
    const changed: Change = { ...change, section, change: "changed", values }
    return wasDisabled(before, after, pair.comparable) ? yield* asDisabled(pair, changed, before, after) : changed
  }
  if (after !== undefined) {
    return { ...change, change: "added", section: what === "account" ? addedSection(pair, after) : "resources" }
  }
  const lost = what === "account" ? yield* heldThen(pair, subject.id) : yield* heldOn(pair, subject.id)
  return { ...change, change: "removed", section: what === "account" ? "removed-accounts" : "resources", lost }
})

/** What a sync shows of a resource that it lists. */
export const shown = (
  access: AccessReader,
  one: HoldingResource | undefined,
): Effect.Effect<Shown | undefined, StoreError> =>
  one === undefined ? Effect.undefined : access.shown(one.resource, one.held)

const addedSection = ({ comparable }: ComparedPair, { attributes }: Shown): Change["section"] =>
  isGuest(attributes) && comparable.tells("kind") ? "new-guests" : "new-accounts"

const changedSection = (values: ReadonlyArray<ChangedValue>, before: Shown, after: Shown): Change["section"] =>
  values.some(({ attribute }) => attribute === "kind") && isGuest(after.attributes) && !isGuest(before.attributes)
    ? "new-guests"
    : "changed-accounts"

const isGuest = (attributes: AccountAttributes): boolean => isOfKind(attributes, "guest")

/** What both syncs know and tell differently. */
const changedValues = (
  { comparable: { tells }, sameStatusWords }: ComparedPair,
  isAccount: boolean,
  { displayName: nameBefore, attributes: before }: Shown,
  { displayName: nameAfter, attributes: after }: Shown,
  onUnknownStatus: () => void,
): ReadonlyArray<ChangedValue> => {
  const values: Array<ChangedValue> = []
  const compare = (attribute: ChangedValue["attribute"], a: ChangedValue["before"], b: ChangedValue["after"]) => {
    if (a !== b) values.push({ attribute, before: a, after: b })
  }
  compare("name", nameBefore, nameAfter)
  const statuses = before.status !== undefined && after.status !== undefined && tells("status")
  if (statuses && !sameStatusWords && isOff(before.status) && isOff(after.status)) {
    if (before.status !== after.status) onUnknownStatus()
  } else if (statuses) compare("status", before.status, after.status)
  if (!isAccount) return values
  const isKnown = (attribute: "email" | "kind" | "mfa") =>
    tells(attribute) && !before.unknown.includes(attribute) && !after.unknown.includes(attribute)
  if (isKnown("email")) compare("email", before.email ?? null, after.email ?? null)
  if (isKnown("kind")) compare("kind", knownKind(before) ?? null, knownKind(after) ?? null)
  if (isKnown("mfa")) compare("mfa", before.mfa ?? null, after.mfa ?? null)
  return values
}

/** Names of what a disabled account still holds that are shown. */
const mostNamed = 5

/** An account that was disabled: one change, whatever it lost with that; and what it still holds. */
const asDisabled = Effect.fnUntraced(function* (
  { before: earlier, after: later, types, comparable: { isKnown } }: ComparedPair,
  change: Change,
  before: Shown,
  after: Shown,
): Effect.fn.Return<Change, StoreError> {
  const known = [...types.keys()].filter(isKnown)
  const had = yield* earlier.held(before.id, known)
  const all = yield* later.held(after.id, [...types.keys()])
  const has = new Set(all.map(({ entitlement }) => entitlement))
  const holds = all.filter(({ entitlement, resource }) => saysMore(later, after.parent, entitlement, resource))
  const named = yield* Effect.forEach(holds.slice(0, mostNamed), ({ entitlement, resource }) =>
    entitlementOf(later, entitlement, resource),
  )
  return {
    ...change,
    section: holds.length > 0 ? "disabled-holding" : "disabled-accounts",
    lost: had.filter(({ entitlement }) => !has.has(entitlement)).length,
    holds: holds.length,
    held: named.map(({ resourceName, slug }) => `${resourceName} (${slug})`),
  }
})

/**
 * Whether holding the entitlement says more of an account than what kind it is and where it belongs, such as to a workspace: a
 * system may keep that of accounts that are not in use.
 */
export const saysMore = (
  access: AccessReader,
  parent: ResourceId | undefined,
  entitlement: string,
  on: ResourceId,
): boolean =>
  access.meanings.isPrivileged(entitlement) ||
  (!isSame(parent, on) && access.meanings.kindsOf([entitlement]).length === 0)

const heldThen = ({ before, types, comparable }: ComparedPair, id: ResourceId) =>
  Effect.map(before.held(id, [...types.keys()].filter(comparable.isKnown)), (held) => held.length)

/** How many memberships there were in a resource that is gone. */
const heldOn = ({ before }: ComparedPair, resource: ResourceId) => before.inOrder.countGrantsOn(resource)
