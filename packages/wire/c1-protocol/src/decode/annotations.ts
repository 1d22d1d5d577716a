// The messages that occur as annotations inside stored records, and how to find them there.
import type { DescMessage, MessageShape } from "@bufbuild/protobuf"
import { createRegistry } from "@bufbuild/protobuf"
import type { Any } from "@bufbuild/protobuf/wkt"
import { file_c1_connector_v2_annotation } from "../generated/c1/connector/v2/annotation_pb.ts"
import { file_c1_connector_v2_trait } from "../generated/c1/connector/v2/trait_pb.ts"
import { decodeMessage } from "./decodeRecord.ts"
import { MalformedMessage } from "./MalformedMessage.ts"

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
