// Records as canonical proto3 JSON, the form that the Go viewer prints. An annotation that is not known is kept, undecoded,
// and the record stays readable.
import type { DescMessage, JsonObject, JsonValue, Message } from "@bufbuild/protobuf"
import { clone, toJson } from "@bufbuild/protobuf"
import { base64Encode } from "@bufbuild/protobuf/wire"
import type { Any } from "@bufbuild/protobuf/wkt"
import { AnySchema } from "@bufbuild/protobuf/wkt"
import type { RecordKind, RecordMessage } from "./decodeRecord.ts"
import { annotationRegistry, MalformedMessage, recordSchemas } from "./decodeRecord.ts"

const options = { registry: annotationRegistry }

/**
 * The record as a JSON value. An annotation of an unknown type, or with a damaged value, becomes
 * `{"@type": …, "undecoded": <base64>}`.
 */
export const recordToJson = <K extends RecordKind>(
  kind: K,
  message: RecordMessage<K>,
): JsonObject | MalformedMessage => {
  try {
    return wholeToJson(kind, message)
  } catch {
    try {
      return partsToJson[kind](message)
    } catch (cause) {
      return new MalformedMessage(`the ${kind} has a value that JSON cannot hold`, { cause })
    }
  }
}

const wholeToJson = (kind: RecordKind, message: Message): JsonObject => {
  const schema: DescMessage = recordSchemas[kind]
  const json: JsonValue = toJson(schema, message, options)
  return json !== null && typeof json === "object" && !Array.isArray(json) ? json : {}
}

// The slow way, for the few records that need it: annotations one by one, wherever the messages can hold them.
const partsToJson: { readonly [K in RecordKind]: (message: RecordMessage<K>) => JsonObject } = {
  resourceType: (message) => {
    const rest = clone(recordSchemas.resourceType, message)
    rest.annotations = []
    return { ...wholeToJson("resourceType", rest), ...annotationsToJson(message.annotations) }
  },
  resource: (message) => {
    const rest = clone(recordSchemas.resource, message)
    rest.annotations = []
    return { ...wholeToJson("resource", rest), ...annotationsToJson(message.annotations) }
  },
  entitlement: (message) => {
    const rest = clone(recordSchemas.entitlement, message)
    rest.annotations = []
    rest.grantableTo = []
    delete rest.resource
    return {
      ...wholeToJson("entitlement", rest),
      ...partToJson("resource", message.resource, partsToJson.resource),
      ...listToJson("grantableTo", message.grantableTo, partsToJson.resourceType),
      ...annotationsToJson(message.annotations),
    }
  },
  grant: (message) => {
    const rest = clone(recordSchemas.grant, message)
    rest.annotations = []
    delete rest.entitlement
    delete rest.principal
    return {
      ...partToJson("entitlement", message.entitlement, partsToJson.entitlement),
      ...partToJson("principal", message.principal, partsToJson.resource),
      ...wholeToJson("grant", rest),
      ...annotationsToJson(message.annotations),
    }
  },
}

const partToJson = <T>(key: string, part: T | undefined, json: (part: T) => JsonObject): JsonObject =>
  part === undefined ? {} : { [key]: json(part) }

const listToJson = <T>(key: string, list: ReadonlyArray<T>, json: (item: T) => JsonValue): JsonObject =>
  list.length === 0 ? {} : { [key]: list.map(json) }

const annotationsToJson = (annotations: ReadonlyArray<Any>): JsonObject =>
  listToJson("annotations", annotations, annotationToJson)

const annotationToJson = (annotation: Any): JsonValue => {
  try {
    return toJson(AnySchema, annotation, options)
  } catch {
    return { "@type": annotation.typeUrl, undecoded: base64Encode(annotation.value) }
  }
}
