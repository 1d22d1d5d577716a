// Stored bytes as messages of the generated code.
import type { DescMessage, MessageShape } from "@bufbuild/protobuf"
import { fromBinary } from "@bufbuild/protobuf"
import { EntitlementSchema } from "../generated/c1/connector/v2/entitlement_pb.ts"
import { GrantSchema } from "../generated/c1/connector/v2/grant_pb.ts"
import { ResourceSchema, ResourceTypeSchema } from "../generated/c1/connector/v2/resource_pb.ts"
import { recordLimit } from "../recordLimit.ts"
import { MalformedMessage } from "./MalformedMessage.ts"

/** The message of each kind of record. */
export const recordSchemas = {
  resourceType: ResourceTypeSchema,
  resource: ResourceSchema,
  entitlement: EntitlementSchema,
  grant: GrantSchema,
}

/** The kinds of records that a file holds. */
export type RecordKind = keyof typeof recordSchemas

/** A record as a message of the generated code. */
export type RecordMessage<K extends RecordKind> = MessageShape<(typeof recordSchemas)[K]>

/** Decodes a message. Unknown fields are skipped; hostile lengths and nesting end in `MalformedMessage`. */
export const decodeMessage = <Desc extends DescMessage>(
  schema: Desc,
  bytes: Uint8Array,
  limit: number = recordLimit,
): MessageShape<Desc> | MalformedMessage => {
  if (bytes.length > limit) return new MalformedMessage(`${schema.typeName} of ${bytes.length} bytes is over the limit`)
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false })
  } catch (cause) {
    return new MalformedMessage(`the bytes are no ${schema.typeName}`, { cause })
  }
}

/** Decodes a record of a file. */
export const decodeRecord = <K extends RecordKind>(kind: K, bytes: Uint8Array): RecordMessage<K> | MalformedMessage =>
  decodeMessage<(typeof recordSchemas)[K]>(recordSchemas[kind], bytes)
