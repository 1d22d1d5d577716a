// What a view is about, by the names that people give it.
import type { AccessReader, Found, HeldThing } from "@rollcall/access"
import { findAccount, findEntitlement, findHeldThing, findResource, findResourceType } from "@rollcall/access"
import type { ResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import { writeNotes } from "./viewRequest.ts"

/** What a list is about, by ids or names. */
export interface AskedThing {
  readonly name?: string | undefined
  readonly resourceType?: string | undefined
  readonly resource?: string | undefined
  readonly entitlement?: string | undefined
}

/** Says what was taken where only a part of its name was given. */
export const named = Effect.fnUntraced(function* <A, E, R>(finding: Effect.Effect<Found<A>, E, R>, text: string) {
  const { id, by, shown } = yield* finding
  if (by === "part") yield* writeNotes([`"${text}" is taken for ${shown}.`])
  return id
})

/** The type of an id or a name. */
export const typeOf = (access: AccessReader, text: string | undefined) =>
  text === undefined ? Effect.as(Effect.void, undefined) : named(findResourceType(access, text), text)

/** Which grants are meant. */
export const grantFilter = Effect.fnUntraced(function* (access: AccessReader, { entitlement, ...thing }: AskedThing) {
  const resourceType = yield* typeOf(access, thing.resourceType)
  if (entitlement !== undefined) {
    return { resourceType, entitlement: yield* named(findEntitlement(access, entitlement), entitlement) }
  }
  const { resource, name } = thing
  if (resource !== undefined) return { resource: yield* resourceNamed(access, resource, resourceType) }
  if (name === undefined) return { resourceType }
  return yield* named(findHeldThing(access, name, { resourceType }), name)
})

/** Which entitlements are meant. */
export const entitlementFilter = Effect.fnUntraced(function* (
  access: AccessReader,
  thing: Pick<AskedThing, "resourceType" | "resource">,
) {
  const resourceType = yield* typeOf(access, thing.resourceType)
  if (thing.resource === undefined) return { resourceType }
  return { resource: yield* resourceNamed(access, thing.resource, resourceType) }
})

const resourceNamed = (access: AccessReader, text: string, resourceType: string | undefined) =>
  named(findResource(access, text, { resourceType }), text)

/** The account of an id, an address or a name. */
export const accountNamed = Effect.fnUntraced(function* (
  access: AccessReader,
  text: string,
  askedType: string | undefined,
) {
  const resourceType = yield* typeOf(access, askedType)
  const id: ResourceId = yield* named(findAccount(access, text, { resourceType }), text)
  return id
})

/** Whose holders are meant. */
export const heldThing = Effect.fnUntraced(function* (access: AccessReader, thing: AskedThing) {
  const { entitlement, resource, name = "" } = thing
  const resourceType = yield* typeOf(access, thing.resourceType)
  const of: HeldThing =
    entitlement !== undefined
      ? { entitlement: yield* named(findEntitlement(access, entitlement), entitlement) }
      : resource !== undefined
        ? { resource: yield* resourceNamed(access, resource, resourceType) }
        : yield* named(findHeldThing(access, name, { resourceType }), name)
  return of
})
