// What the encoders of records have in common. Making a record ready for the wire ends in bytes or a refusal: the caller
// leaves a refused record out and counts the warning, as one that nobody could read back must not spoil a file. C1's limits
// on texts are counted in bytes of UTF-8, and its services refuse a whole request for one text over them, long after the file
// was written. And messages stand inside records: ids of resources, instants, and annotations, which are wrapped in
// google.protobuf.Any.
import type { ResourceId, Warning } from "@rollcall/connector"
import type { RecordWriter } from "./RecordWriter.ts"

/**
 * The most bytes of one record. Real ones have a few thousand; two bytes can decode to hundreds in memory, so a record
 * without this limit could end the process.
 */
export const recordLimit = 1024 * 1024

/** The most bytes of a resource, which its entitlements and their grants hold whole beside what is their own. */
export const resourceLimit = recordLimit / 2

/** A record on the wire. Texts that were too long have been cut, each with a warning. */
export interface Encoded {
  readonly _tag: "Encoded"
  readonly bytes: Uint8Array
  readonly warnings: ReadonlyArray<Warning>
}

/** A record that C1 would not take. */
export interface Refused {
  readonly _tag: "Refused"
  readonly warning: Warning
}

/** The outcome of every encoder of this package. */
export type Encoding = Encoded | Refused

const noWarnings: ReadonlyArray<Warning> = []

/** Bytes that a reader takes; more of them are refused, and the record is named by `what`, such as `the grant g1`. */
export const encoded = (
  what: string,
  bytes: Uint8Array,
  warnings: ReadonlyArray<Warning> = noWarnings,
  limit: number = recordLimit,
): Encoding =>
  bytes.length <= limit
    ? { _tag: "Encoded", bytes, warnings }
    : refused(`${what} takes ${bytes.length} bytes, and no reader takes more than ${limit}`)

export const refused = (message: string): Refused => ({ _tag: "Refused", warning: { code: "record-refused", message } })

/** The most bytes that an id of a type, resource, entitlement or grant may have; it must have at least one. */
const idLimit = 1024

/** The most bytes of a display name. */
export const displayNameLimit = 1024

/** The most bytes of a description of a resource or entitlement. */
export const descriptionLimit = 2048

/** The most bytes of a description of a resource type or a connector. */
export const typeDescriptionLimit = 4096

/** The most bytes of a text in a profile. C1 names no limit; this one leaves room for some dozens in a record. */
export const profileTextLimit = 16 * 1024

const utf8 = new TextEncoder()

/** Whether a text takes at most so many bytes. A UTF-16 unit takes three at most, so short texts need no counting. */
const fits = (text: string, limit: number): boolean =>
  text.length * 3 <= limit || (text.length <= limit && utf8.encode(text).length <= limit)

/** The longest beginning of a text that fits, never ending inside a character. */
const truncate = (text: string, limit: number): string =>
  fits(text, limit) ? text : text.slice(0, utf8.encodeInto(text, new Uint8Array(limit)).read)

/** Why an id cannot be stored, or `undefined` when it can. */
export const idProblem = (what: string, id: string): string | undefined => {
  if (id === "") return `${what} has an empty id`
  if (!fits(id, idLimit)) return `${what} has an id longer than ${idLimit} bytes: ${id.slice(0, 40)}…`
  return undefined
}

/** Cuts the texts of one record and remembers which. */
export class TextCutter {
  readonly #record: string
  #warnings: Array<Warning> | undefined

  /** @param record How the record is named in warnings, such as `the resource user:U1`. */
  constructor(record: string) {
    this.#record = record
  }

  cut(what: string, text: string | undefined, limit: number): string {
    if (text === undefined || fits(text, limit)) return text ?? ""
    this.warn("text-truncated", `${what} of ${this.#record} was longer than ${limit} bytes and has been cut`)
    return truncate(text, limit)
  }

  warn(code: string, message: string): void {
    this.#warnings = [...(this.#warnings ?? []), { code, message }]
  }

  get warnings(): ReadonlyArray<Warning> | undefined {
    return this.#warnings
  }
}

/** Writes a c1.connector.v2.ResourceId under a tag. */
export const writeResourceId = (writer: RecordWriter, tag: number, id: ResourceId): void => {
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
export const writeInstant = (writer: RecordWriter, tag: number, instant: Instant): void => {
  writer.uint32(tag).fork()
  if (instant.seconds !== 0) writer.uint32(0x08).int64(instant.seconds)
  if (instant.nanos !== 0) writer.uint32(0x10).uint32(instant.nanos)
  writer.join()
}

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
  writer: RecordWriter,
  tag: number,
  type: AnnotationType,
  fill?: (writer: RecordWriter) => void,
): void => {
  writer.uint32(tag).fork().raw(type.typeUrlField)
  if (fill !== undefined) {
    writer.uint32(0x12).fork()
    fill(writer)
    writer.join()
  }
  writer.join()
}
