// Two parts of a resource, each what a step says of it as `encodePart` wrote it, put together as `encodeResource` writes the merged
// resource. On Business+ nearly every account is told of twice; parsed, merged and encoded they took a fifth of a sync's processor
// time. Of the encoder's bytes this repeats the frame: a test holds the two equal.
import type { ResourceField, ResourceType, Trait } from "@rollcall/connector"
import type { AnnotationType, Encoding } from "./Encoding.ts"
import { annotationType, encoded, resourceLimit, writeAnnotation } from "./Encoding.ts"
import { RecordWriter } from "./RecordWriter.ts"
import { traitTypes } from "./traits.ts"

const childResourceType = annotationType("ChildResourceType")

/** Bytes of a part, from one place to another; none where it does not tell the fact. */
interface Span {
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
}

/** What a part tells. Of profile, status and creation time the message alone, of all else the tag as well. */
interface Part {
  id?: Span
  parent?: Span
  displayName?: Span
  children?: Span
  description?: Span
  profile?: Span
  status?: Span
  createdAt?: Span
  emails?: Span
  accountType?: Span
  mfa?: Span
}

/** Fields of the message by their tags. */
const fields: ReadonlyMap<number, "id" | "parent" | "displayName" | "description"> = new Map([
  [0x0a, "id"],
  [0x12, "parent"],
  [0x1a, "displayName"],
  [0x2a, "description"],
])
const messages: ReadonlyMap<number, "profile" | "status" | "createdAt"> = new Map([
  [0x4a, "profile"],
  [0x5a, "status"],
  [0x62, "createdAt"],
])

/** Reads lengths of what is delimited, and remembers where that begins and ends. */
class Delimited {
  from = 0
  to = 0

  /** Whether at this place a length stands, of what ends at `limit` or before. */
  read(bytes: Uint8Array, at: number, limit: number): boolean {
    let place = at
    let length = 0
    for (let shift = 0; shift < 28; shift += 7) {
      if (place >= limit) return false
      const byte = bytes[place++] ?? 0
      length |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        this.from = place
        this.to = place + length
        return this.to <= limit
      }
    }
    return false
  }
}

const outer = new Delimited()
const inner = new Delimited()

const readPart = (bytes: Uint8Array): Part | undefined => {
  const part: Part = {}
  for (let at = 0; at < bytes.length; at = outer.to) {
    const tag = bytes[at] ?? 0
    if (!outer.read(bytes, at + 1, bytes.length)) return undefined
    const { from, to } = outer
    const field = fields.get(tag)
    const message = messages.get(tag)
    if (field !== undefined) part[field] = { bytes, from: at, to }
    else if (message !== undefined) part[message] = { bytes, from, to }
    else if (tag !== 0x22 || !readAnnotation(part, bytes, at, from, to)) return undefined
  }
  return part
}

const readAnnotation = (part: Part, bytes: Uint8Array, at: number, from: number, to: number): boolean => {
  if (begins(bytes, from, childResourceType)) {
    part.children = { bytes, from: part.children?.from ?? at, to }
    return true
  }
  if (!begins(bytes, from, traitTypes.user)) return true
  const value = from + traitTypes.user.typeUrlField.length
  if (bytes[value] !== 0x12 || !inner.read(bytes, value + 1, to)) return false
  const end = inner.to
  for (let place = inner.from; place < end;) {
    const tag = bytes[place]
    if (tag === 0x28) {
      part.accountType = { bytes, from: place, to: place + 2 }
      place += 2
      continue
    }
    if (!inner.read(bytes, place + 1, end)) return false
    if (tag === 0x0a) part.emails = { bytes, from: part.emails?.from ?? place, to: inner.to }
    if (tag === 0x52) part.mfa = { bytes, from: place, to: inner.to }
    place = inner.to
  }
  return true
}

const begins = (bytes: Uint8Array, from: number, { typeUrlField }: AnnotationType): boolean => {
  for (let index = typeUrlField.length - 1; index >= 0; index--) {
    if (bytes[from + index] !== typeUrlField[index]) return false
  }
  return true
}

const writer = new RecordWriter()
const profiles = new RecordWriter()

const profileTags: Record<Exclude<Trait, "user">, number> = { group: 0x12, role: 0x0a, app: 0x22 }

/**
 * The bytes of the resource, valid until others are merged. The part above is believed before the one below, except on the fields that
 * are `claimed` for the latter. Gives `undefined` where the bytes are not those of parts.
 * @param what How the resource is named in a refusal.
 */
export const mergeEncoded = (
  what: string,
  above: Uint8Array,
  below: Uint8Array,
  type: Pick<ResourceType, "traits">,
  claimed: ReadonlySet<ResourceField>,
): Encoding | undefined => {
  const upper = readPart(above)
  const lower = readPart(below)
  if (upper?.id === undefined || lower === undefined) return undefined
  const told = (name: keyof Part, field: ResourceField): Span | undefined =>
    claimed.has(field) ? (lower[name] ?? upper[name]) : (upper[name] ?? lower[name])
  const profile = claimed.has("profile")
    ? mergeProfiles(lower.profile, upper.profile)
    : mergeProfiles(upper.profile, lower.profile)
  if (profile === "damaged") return undefined
  const isUser = type.traits.includes("user")
  const status = told("status", "status") ?? (isUser ? enabled : undefined)
  const createdAt = told("createdAt", "createdAt")

  writer.begin()
  write(upper.id)
  write(told("parent", "parent"))
  write(told("displayName", "displayName"))
  write(told("children", "childResourceTypes"))
  for (const trait of new Set(type.traits)) {
    if (trait !== "user") {
      const fill = () => writer.uint32(profileTags[trait]).bytes(profile ?? none)
      writeAnnotation(writer, 0x22, traitTypes[trait], profile === undefined ? undefined : fill)
      continue
    }
    writeAnnotation(writer, 0x22, traitTypes.user, () => {
      write(told("emails", "account"))
      writeMessage(0x12, status)
      writer.uint32(0x1a).bytes(profile ?? none)
      write(told("accountType", "account") ?? human)
      writeMessage(0x42, createdAt)
      write(told("mfa", "account"))
    })
  }
  write(told("description", "description"))
  if (profile !== undefined) writer.uint32(0x4a).bytes(profile)
  writeMessage(0x5a, status)
  writeMessage(0x62, createdAt)
  return encoded(what, writer.written, undefined, resourceLimit)
}

const none = new Uint8Array(0)
const spanOf = (...bytes: ReadonlyArray<number>): Span => ({ bytes: Uint8Array.from(bytes), from: 0, to: bytes.length })
const enabled = spanOf(0x08, 1)
const human = spanOf(0x28, 1)

const write = (span: Span | undefined): void => {
  if (span !== undefined) writer.part(span.bytes, span.from, span.to)
}

const writeMessage = (tag: number, span: Span | undefined): void => {
  if (span !== undefined)
    writer
      .uint32(tag)
      .uint32(span.to - span.from)
      .part(span.bytes, span.from, span.to)
}

/** The entries of two profiles, which both have in the order of their keys; of one key that of the upper. */
const mergeProfiles = (upper: Span | undefined, lower: Span | undefined): Uint8Array | "damaged" | undefined => {
  if (upper === undefined || lower === undefined) {
    const only = upper ?? lower
    return only?.bytes.subarray(only.from, only.to)
  }
  profiles.begin()
  let unwritten = upper.from
  let place = upper.from
  for (let at = lower.from; at < lower.to;) {
    if (!readEntry(lower, at, outer)) return "damaged"
    const { from, to } = outer
    const end = outerEnd
    let order = 1
    while (place < upper.to) {
      if (!readEntry(upper, place, inner)) return "damaged"
      order = compareKeys(upper.bytes, inner, lower.bytes, from, to)
      if (order >= 0) break
      order = 1
      place = outerEnd
    }
    if (order !== 0) {
      profiles.part(upper.bytes, unwritten, place).part(lower.bytes, at, end)
      unwritten = place
    }
    at = end
  }
  return profiles.part(upper.bytes, unwritten, upper.to).written
}

/** Where the entry ends that was read last. */
let outerEnd = 0
const entry = new Delimited()

/** Whether an entry stands at this place; `key` is then its key. */
const readEntry = ({ bytes, to }: Span, at: number, key: Delimited): boolean => {
  if (bytes[at] !== 0x0a || !entry.read(bytes, at + 1, to)) return false
  outerEnd = entry.to
  return bytes[entry.from] === 0x0a && key.read(bytes, entry.from + 1, entry.to)
}

const compareKeys = (upper: Uint8Array, key: Delimited, lower: Uint8Array, from: number, to: number): number => {
  const length = key.to - key.from
  const shared = Math.min(length, to - from)
  for (let index = 0; index < shared; index++) {
    const difference = (upper[key.from + index] ?? 0) - (lower[from + index] ?? 0)
    if (difference !== 0) return difference
  }
  return length - (to - from)
}
