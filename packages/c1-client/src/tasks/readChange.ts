// The entitlement and the principal that a grant or a revoke is about. C1 knows them from an earlier sync, but may send no
// more than their ids, so nothing but ids is believed.
import type { Entitlement, Resource } from "@rollcall/c1-protocol/messages"
import type { Change, EntitlementReference, ResourceId } from "@rollcall/connector"
import { parseEntitlementId } from "@rollcall/connector"
import { Option, Schema } from "effect"

/** The bounds that C1 itself has for ids. */
const Id = Schema.NonEmptyString.check(Schema.isMaxLength(1024))
const decodeResourceId = Schema.decodeUnknownOption(Schema.Struct({ resourceType: Id, resource: Id }))
const decodeId = Schema.decodeUnknownOption(Id)

/** The change, or what is wrong with its parts. */
export const readChange = (
  entitlement: Entitlement | undefined,
  principal: Resource | undefined,
): Change | { readonly problem: string } => {
  const reference = referenceTo(entitlement)
  if (reference === undefined) return { problem: "it names no entitlement" }
  const holder = resourceIdOf(principal)
  return holder === undefined ? { problem: "it names no principal" } : { entitlement: reference, principal: holder }
}

const referenceTo = (entitlement: Entitlement | undefined): EntitlementReference | undefined => {
  const id = Option.getOrUndefined(decodeId(entitlement?.id))
  if (id === undefined) return undefined
  const parsed = parseEntitlementId(id)
  const resource = resourceIdOf(entitlement?.resource) ?? parsed?.resource
  const slug = Option.getOrUndefined(decodeId(entitlement?.slug)) ?? parsed?.slug
  return resource === undefined || slug === undefined ? undefined : { id, resource, slug }
}

const resourceIdOf = (resource: Resource | undefined): ResourceId | undefined =>
  Option.getOrUndefined(decodeResourceId(resource?.id))
