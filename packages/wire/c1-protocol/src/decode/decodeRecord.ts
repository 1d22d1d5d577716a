// Stored bytes as messages of the generated code, and the messages that occur as annotations inside them.
import type { DescMessage, MessageShape } from "@bufbuild/protobuf"
import { createRegistry, fromBinary } from "@bufbuild/protobuf"
import type { Any } from "@bufbuild/protobuf/wkt"
import { recordLimit } from "../encode/Encoding.ts"
import { file_c1_connector_v2_annotation } from "../generated/c1/connector/v2/annotation_pb.ts"
import { EntitlementSchema } from "../generated/c1/connector/v2/entitlement_pb.ts"
import { GrantSchema } from "../generated/c1/connector/v2/grant_pb.ts"
import { ResourceSchema, ResourceTypeSchema } from "../generated/c1/connector/v2/resource_pb.ts"
import { file_c1_connector_v2_trait } from "../generated/c1/connector/v2/trait_pb.ts"

/** Says that stored bytes cannot be read. It is returned rather than thrown, as files come from untrusted hands. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage"
}

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

/** Every annotation that this package knows. None of them can hold an Any, so annotations cannot nest without end. */
export const annotationRegistry = createRegistry(file_c1_connector_v2_annotation, file_c1_connector_v2_trait)

/** The first annotation of a type, as the Go SDK looks them up; `undefined` when there is none or it is damaged. */
export const findAnnotation = <Desc extends DescMessage>(
  annotations: ReadonlyArray<Any>,
  schema: Desc,
): MessageShape<Desc> | undefined => allAnnotations(annotations, schema)[0]

/** All readable annotations of a type, in their order. */
export const allAnnotations = <Desc extends DescMessage>(
  annotations: ReadonlyArray<Any>,
  schema: Desc,
): ReadonlyArray<MessageShape<Desc>> =>
  annotations.flatMap((annotation) => {
    if (!annotation.typeUrl.endsWith(`/${schema.typeName}`)) return []
    const message = decodeMessage(schema, annotation.value)
    return message instanceof MalformedMessage ? [] : [message]
  })
