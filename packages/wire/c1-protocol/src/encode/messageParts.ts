// Messages that stand inside records: ids of resources, instants, and annotations, which are wrapped in google.protobuf.Any.
import type { BinaryWriter } from "@bufbuild/protobuf/wire"
import type { ResourceId } from "@rollcall/connector"
import { idProblem } from "./Encoding.ts"

/** Writes a c1.connector.v2.ResourceId under a tag. */
export const writeResourceId = (writer: BinaryWriter, tag: number, id: ResourceId): void => {
  writer.uint32(tag).fork()
  writer.uint32(0x0a).string(id.resourceType)
  writer.uint32(0x12).string(id.resource)
  writer.join()
}

/** Why the id cannot be stored, or `undefined` when it can. */
export const resourceIdProblem = (what: string, id: ResourceId): string | undefined =>
  idProblem(`the type of ${what}`, id.resourceType) ?? idProblem(what, id.resource)

/** An instant as a google.protobuf.Timestamp counts it: `nanos` go forward from `seconds`, before 1970 too. */
export interface Instant {
  readonly seconds: number
  readonly nanos: number
}

const rfc3339 = /^(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/

// The years 1 to 9999, which is what a Timestamp may hold.
const earliest = -62_135_596_800
const latest = 253_402_300_799

/** The instant of a text of RFC 3339, or `undefined` where it is none. */
export const parseInstant = (text: string): Instant | undefined => {
  const parts = rfc3339.exec(text)
  if (parts === null) return undefined
  const seconds = Date.parse(`${parts[1]}${parts[3]}`) / 1000
  if (!(seconds >= earliest && seconds <= latest)) return undefined
  return { seconds, nanos: Number((parts[2] ?? "").padEnd(9, "0")) }
}

/** Writes the instant under a tag. */
export const writeInstant = (writer: BinaryWriter, tag: number, instant: Instant): void => {
  writer.uint32(tag).fork()
  if (instant.seconds !== 0) writer.uint32(0x08).int64(instant.seconds)
  if (instant.nanos !== 0) writer.uint32(0x10).int32(instant.nanos)
  writer.join()
}

const utf8 = new TextEncoder()

/** The type member of an Any, ready to be copied: the same few are written for every record. */
export interface AnnotationType {
  readonly typeUrlField: Uint8Array
}

/** The annotation type of a message of C1's connector package. */
export const annotationType = (name: string): AnnotationType => {
  const url = utf8.encode(`type.googleapis.com/c1.connector.v2.${name}`)
  return { typeUrlField: Uint8Array.of(0x0a, url.length, ...url) }
}

/** Writes one Any under a tag. Without `fill` the message is empty, and the value is left out as Go leaves it out. */
export const writeAnnotation = (
  writer: BinaryWriter,
  tag: number,
  type: AnnotationType,
  fill?: (writer: BinaryWriter) => void,
): void => {
  writer.uint32(tag).fork().raw(type.typeUrlField)
  if (fill !== undefined) {
    writer.uint32(0x12).fork()
    fill(writer)
    writer.join()
  }
  writer.join()
}
