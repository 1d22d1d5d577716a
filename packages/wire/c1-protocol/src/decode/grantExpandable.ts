// The annotation that makes a grant expandable: whoever holds one of the entitlements that it names is to get the
// entitlement of the grant as well. The Go SDK keeps it in a column next to the record, older versions in the record.
import type { MessageShape } from "@bufbuild/protobuf"
import { create } from "@bufbuild/protobuf"
import { AnySchema } from "@bufbuild/protobuf/wkt"
import { GrantExpandableSchema } from "../generated/c1/connector/v2/annotation_pb.ts"
import { findAnnotation } from "./annotations.ts"
import type { RecordMessage } from "./decodeRecord.ts"

/** `entitlementIds` whose holders inherit; `shallow` for direct holders alone; `resourceTypeIds` of holders, or all. */
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
