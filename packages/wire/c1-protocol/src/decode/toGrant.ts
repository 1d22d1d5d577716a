// A stored entitlement, and a stored grant of it, in the terms of the core model.
import type { MessageShape } from "@bufbuild/protobuf"
import { create } from "@bufbuild/protobuf"
import { AnySchema } from "@bufbuild/protobuf/wkt"
import type { Entitlement, Grant } from "@rollcall/connector"
import { GrantExpandableSchema, GrantImmutableSchema } from "../generated/c1/connector/v2/annotation_pb.ts"
import { Entitlement_PurposeValue } from "../generated/c1/connector/v2/entitlement_pb.ts"
import type { RecordMessage } from "./decodeRecord.ts"
import { findAnnotation } from "./decodeRecord.ts"
import { toResourceId } from "./toResource.ts"

const purposes: ReadonlyMap<number, Entitlement["purpose"]> = new Map([
  [Entitlement_PurposeValue.ASSIGNMENT, "assignment"],
  [Entitlement_PurposeValue.PERMISSION, "permission"],
  [Entitlement_PurposeValue.OWNERSHIP, "ownership"],
])

/** The entitlement; one without a purpose counts as an assignment. */
export const toEntitlement = (message: RecordMessage<"entitlement">): Entitlement => ({
  id: message.id,
  resource: toResourceId(message.resource?.id),
  slug: message.slug,
  displayName: message.displayName,
  description: message.description,
  purpose: purposes.get(message.purpose) ?? "assignment",
  grantableTo: message.grantableTo.map((type) => type.id),
})

/** The grant, with ids in place of the messages that it embeds. */
export const toGrant = (message: RecordMessage<"grant">): Grant => ({
  id: message.id,
  entitlement: message.entitlement?.id ?? "",
  resource: toResourceId(message.entitlement?.resource?.id),
  principal: toResourceId(message.principal?.id),
  ...(findAnnotation(message.annotations, GrantImmutableSchema) === undefined ? {} : { immutable: true }),
})

/**
 * The annotation that makes a grant expandable: whoever holds one of the entitlements that it names is to get the entitlement of
 * the grant as well. The Go SDK keeps it in a column next to the record, older versions in the record. `entitlementIds` whose
 * holders inherit; `shallow` for direct holders alone; `resourceTypeIds` of holders, or all.
 */
export type GrantExpandable = MessageShape<typeof GrantExpandableSchema>

/** What makes the grant expandable; `undefined` where nothing does, or it is damaged. */
export const expandableOf = (grant: RecordMessage<"grant">): GrantExpandable | undefined =>
  findAnnotation(grant.annotations, GrantExpandableSchema)

/** Attaches the annotation, as the connector gave it, to a grant whose record lacks it. Changes the message. */
export const attachExpandable = (grant: RecordMessage<"grant">, value: Uint8Array): void => {
  if (grant.annotations.some(({ typeUrl }) => typeUrl.endsWith(`/${GrantExpandableSchema.typeName}`))) return
  const typeUrl = `type.googleapis.com/${GrantExpandableSchema.typeName}`
  grant.annotations.push(create(AnySchema, { typeUrl, value: Uint8Array.from(value) }))
}

/** Whether the principal has the grant itself, and not only through other entitlements. */
export const isDirect = (grant: RecordMessage<"grant">, entitlement: string): boolean => {
  const sources = grant.sources?.sources ?? {}
  return Object.keys(sources).length === 0 || Object.hasOwn(sources, entitlement)
}
