// Records as JSON straight from their stored bytes: what `recordToJson` gives, written, but without a message and an object for each
// part, which take several times as long (docs/decisions/0048-rows-from-bytes.md). What is not stored the way connectors store it is
// left to that general way: members out of order or unknown, numbers beyond 31 bits, damage. A test holds the two equal.
import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf"
import { ScalarType } from "@bufbuild/protobuf"
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt"
import { recordLimit } from "../encode/Encoding.ts"
import type { RecordKind } from "./decodeRecord.ts"
import { annotationRegistry, recordSchemas } from "./decodeRecord.ts"
import type { JsonBytes } from "./JsonBytes.ts"

/** A message as far as writing its JSON takes: its members by their numbers. */
type Shape = ReadonlyArray<Member | undefined>

interface Member {
  /** `"displayName":` */
  readonly key: Uint8Array
  readonly isList: boolean
  readonly kind: "text" | "bool" | "int" | "enum" | "message" | "any" | "struct" | "instant" | "odd"
  readonly names: ReadonlyMap<number, string>
  readonly shape: () => Shape
  /** Whether the one before is kept, as many records in a row have the same. */
  readonly isKept: boolean
}

const utf8 = new TextEncoder()
const shapes = new Map<string, Shape>()

const shapeOf = (message: DescMessage): Shape => {
  const known = shapes.get(message.typeName)
  if (known !== undefined) return known
  const shape: Array<Member | undefined> = []
  for (const field of message.fields) shape[field.number] = memberOf(field)
  shapes.set(message.typeName, shape)
  return shape
}

const memberOf = (field: DescField): Member => {
  const isList = field.fieldKind === "list"
  const { message } = field
  return {
    key: utf8.encode(`${JSON.stringify(field.jsonName)}:`),
    isList,
    kind: field.oneof === undefined ? kindOf(field) : "odd",
    names: field.enum === undefined ? new Map() : namesOf(field.enum),
    shape: () => (message === undefined ? [] : shapeOf(message)),
    isKept: message?.typeName === recordSchemas.entitlement.typeName,
  }
}

const namesOf = (of: DescEnum): ReadonlyMap<number, string> =>
  new Map(of.values.map(({ number, jsonName }) => [number, JSON.stringify(jsonName)]))

// Numbers in lists are packed, and maps are small messages: both are rare, and no account has any.
const kindOf = (field: DescField): Member["kind"] => {
  const isList = field.fieldKind === "list"
  if (field.fieldKind === "map") return "odd"
  if (field.message !== undefined) return messageKinds.get(field.message.typeName) ?? plainMessage(field.message)
  // What may be there with the value that it has when it is absent.
  if (!isList && field.presence !== FeatureSet_FieldPresence.IMPLICIT) return "odd"
  if (field.enum !== undefined) return isList || field.enum.values[0]?.number !== 0 ? "odd" : "enum"
  switch (field.scalar) {
    case ScalarType.STRING:
      return "text"
    case ScalarType.BOOL:
      return isList ? "odd" : "bool"
    case ScalarType.INT32:
    case ScalarType.UINT32:
      return isList ? "odd" : "int"
    default:
      return "odd"
  }
}

const messageKinds: ReadonlyMap<string, Member["kind"]> = new Map([
  ["google.protobuf.Any", "any"],
  ["google.protobuf.Struct", "struct"],
  ["google.protobuf.Timestamp", "instant"],
])

const plainMessage = ({ typeName }: DescMessage): Member["kind"] =>
  typeName.startsWith("google.protobuf.") ? "odd" : "message"

/** The shapes of annotations by the bytes of their URLs, each read as a text of Latin-1. */
const annotations = new Map<string, Shape | undefined>()
const urlPrefix = "type.googleapis.com/"

const annotationShape = (url: string): Shape | undefined => {
  if (annotations.has(url)) return annotations.get(url)
  if (!url.startsWith(urlPrefix)) return undefined
  const message = annotationRegistry.getMessage(url.slice(urlPrefix.length))
  if (message === undefined || plainMessage(message) === "odd") return undefined
  const shape = shapeOf(message)
  annotations.set(url, shape)
  return shape
}

/** Messages inside each other; real records have a handful. */
const deepest = 20

const ascii = (text: string): Uint8Array => utf8.encode(text)
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const typeKey = ascii('"@type":')
const yes = ascii("true")
const no = ascii("false")
const nothing = ascii("null")

/** Writes records of one file after another. */
export class RecordJson {
  readonly #out: JsonBytes
  #bytes: Uint8Array = new Uint8Array()
  /** Where the next value begins. */
  #at = 0
  /** The last profile of the record: its trait repeats what stands on the resource. */
  #profile = { begin: 0, end: 0, jsonBegin: 0, jsonEnd: 0 }
  #kept = { bytes: new Uint8Array(), json: new Uint8Array() }

  constructor(out: JsonBytes) {
    this.#out = out
  }

  /** Writes a record. Where it has to be written the general way, nothing is written and the answer is `false`. */
  append(kind: RecordKind, bytes: Uint8Array): boolean {
    const { length } = this.#out
    this.#bytes = bytes
    this.#at = 0
    this.#profile = { begin: 0, end: 0, jsonBegin: 0, jsonEnd: 0 }
    if (bytes.length <= recordLimit && this.#message(shapeOf(recordSchemas[kind]), bytes.length, 0)) return true
    this.#out.length = length
    return false
  }

  #message(shape: Shape, end: number, depth: number, url?: readonly [begin: number, end: number]): boolean {
    if (depth > deepest) return false
    const out = this.#out
    out.byte(openBrace)
    let isFirst = true
    let last = 0
    let isListOpen = false
    while (this.#at < end) {
      const tag = this.#whole(end)
      const number = tag >>> 3
      const member = shape[number]
      if (member === undefined || member.kind === "odd" || number < last) return false
      if (number === last && !isListOpen) return false
      if ((tag & 7) !== (isNumber(member) ? 0 : 2)) return false
      const value = this.#whole(end)
      const valueEnd = isNumber(member) ? this.#at : this.#at + value
      if (value < 0 || valueEnd > end) return false
      const isRepeated = number === last
      if (isListOpen && !isRepeated) {
        out.byte(closeBracket)
        isListOpen = false
      }
      last = number
      // A value that is the same as none is not written.
      if (value === 0 && !member.isList && (isNumber(member) || member.kind === "text")) continue
      if (!isFirst) out.byte(comma)
      isFirst = false
      if (!isRepeated) {
        out.raw(member.key)
        if (member.isList) out.byte(openBracket)
        isListOpen = member.isList
      }
      if (!this.#value(member, value, valueEnd, depth)) return false
      this.#at = valueEnd
    }
    if (isListOpen) out.byte(closeBracket)
    if (url !== undefined) {
      if (!isFirst) out.byte(comma)
      out.raw(typeKey)
      if (!out.text(this.#bytes, url[0], url[1])) return false
    }
    out.byte(closeBrace)
    return true
  }

  #value(member: Member, value: number, end: number, depth: number): boolean {
    const out = this.#out
    switch (member.kind) {
      case "text":
        return out.text(this.#bytes, this.#at, end)
      case "bool":
        out.raw(value === 1 ? yes : no)
        return value === 1
      case "int":
        out.json(String(value))
        return true
      case "enum":
        out.json(member.names.get(value) ?? String(value))
        return true
      case "message":
        return member.isKept ? this.#keptMessage(member, end, depth) : this.#message(member.shape(), end, depth + 1)
      case "any":
        return this.#annotation(end, depth + 1)
      case "struct":
        return this.#repeatedProfile(end, depth + 1)
      case "instant":
        return this.#instant(end)
      case "odd":
        return false
    }
  }

  #keptMessage(member: Member, end: number, depth: number): boolean {
    const bytes = this.#bytes.subarray(this.#at, end)
    if (isSame(bytes, this.#kept.bytes)) {
      this.#out.raw(this.#kept.json)
      return true
    }
    const { length } = this.#out
    if (!this.#message(member.shape(), end, depth + 1)) return false
    this.#kept = { bytes: bytes.slice(), json: this.#out.slice(length).slice() }
    return true
  }

  /** An annotation: the URL of its type, and its members where it has any. */
  #annotation(end: number, depth: number): boolean {
    const bytes = this.#bytes
    if (bytes[this.#at++] !== 0x0a) return false
    const urlLength = this.#whole(end)
    const begin = this.#at
    const urlEnd = begin + urlLength
    if (urlLength < 0 || urlEnd > end) return false
    const shape = annotationShape(latin1(bytes, begin, urlEnd))
    if (shape === undefined) return false
    this.#at = urlEnd
    if (this.#at < end) {
      if (bytes[this.#at++] !== 0x12) return false
      if (this.#whole(end) !== end - this.#at) return false
    }
    return this.#message(shape, end, depth, [begin, urlEnd])
  }

  #repeatedProfile(end: number, depth: number): boolean {
    const { begin, end: lastEnd, jsonBegin, jsonEnd } = this.#profile
    const out = this.#out
    const at = this.#at
    if (jsonEnd > 0 && isSame(this.#bytes.subarray(at, end), this.#bytes.subarray(begin, lastEnd))) {
      out.again(jsonBegin, jsonEnd)
      return true
    }
    const { length } = out
    if (!this.#struct(end, depth)) return false
    this.#profile = { begin: at, end, jsonBegin: length, jsonEnd: out.length }
    return true
  }

  /**
   * An object of any members. Their names come in order, so none comes twice, and begin with a letter: a JavaScript object has whole
   * numbers first.
   */
  #struct(end: number, depth: number): boolean {
    if (depth > deepest) return false
    const out = this.#out
    const bytes = this.#bytes
    let [lastBegin, lastEnd] = [0, 0]
    out.byte(openBrace)
    while (this.#at < end) {
      if (bytes[this.#at++] !== 0x0a) return false
      const entryLength = this.#whole(end)
      const entryEnd = this.#at + entryLength
      if (entryLength < 0 || entryEnd > end || bytes[this.#at++] !== 0x0a) return false
      const keyLength = this.#whole(entryEnd)
      const keyBegin = this.#at
      const keyEnd = keyBegin + keyLength
      if (keyLength <= 0 || keyEnd > entryEnd || !isLetter(bytes[keyBegin])) return false
      if (lastEnd > 0) {
        if (!isBefore(bytes, lastBegin, lastEnd, keyBegin, keyEnd)) return false
        out.byte(comma)
      }
      ;[lastBegin, lastEnd] = [keyBegin, keyEnd]
      if (!out.text(bytes, keyBegin, keyEnd)) return false
      out.byte(colon)
      this.#at = keyEnd
      if (this.#at >= entryEnd || bytes[this.#at++] !== 0x12) return false
      if (this.#whole(entryEnd) !== entryEnd - this.#at || !this.#any(entryEnd, depth + 1)) return false
    }
    out.byte(closeBrace)
    return true
  }

  /** A value of any kind: exactly one of the members of google.protobuf.Value. */
  #any(end: number, depth: number): boolean {
    const out = this.#out
    if (this.#at >= end) return false
    const tag = this.#bytes[this.#at++]
    if (tag === 0x11) {
      if (end - this.#at !== 8) return false
      const number = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#at).getFloat64(0, true)
      this.#at = end
      if (!Number.isFinite(number)) return false
      out.json(JSON.stringify(number))
      return true
    }
    const value = this.#whole(end)
    if (tag === 0x08 || tag === 0x20) {
      if (this.#at !== end || value < 0 || value > (tag === 0x08 ? 0 : 1)) return false
      out.raw(tag === 0x08 ? nothing : value === 1 ? yes : no)
      return true
    }
    if (value < 0 || this.#at + value !== end) return false
    if (tag === 0x1a) {
      const begin = this.#at
      this.#at = end
      return out.text(this.#bytes, begin, end)
    }
    if (tag === 0x2a) return this.#struct(end, depth)
    return tag === 0x32 && this.#list(end, depth)
  }

  #list(end: number, depth: number): boolean {
    if (depth > deepest) return false
    const out = this.#out
    out.byte(openBracket)
    for (let isFirst = true; this.#at < end; isFirst = false) {
      if (!isFirst) out.byte(comma)
      if (this.#bytes[this.#at++] !== 0x0a) return false
      const length = this.#whole(end)
      const itemEnd = this.#at + length
      if (length < 0 || itemEnd > end || !this.#any(itemEnd, depth + 1)) return false
    }
    out.byte(closeBracket)
    return true
  }

  /** An instant in whole seconds from 1970 to 2038. */
  #instant(end: number): boolean {
    if (this.#bytes[this.#at++] !== 0x08) return false
    const seconds = this.#whole(end)
    if (seconds < 0 || this.#at !== end) return false
    this.#out.json(`"${new Date(seconds * 1000).toISOString().slice(0, -".000Z".length)}Z"`)
    return true
  }

  /** A whole number of at most 31 bits; -1 where it is none, or does not end. */
  #whole(end: number): number {
    const bytes = this.#bytes
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.#at >= end) return -1
      const byte = bytes[this.#at++] ?? 0
      if (shift === 28 && byte > 7) return -1
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    return -1
  }
}

const isNumber = ({ kind }: Member): boolean => kind === "bool" || kind === "int" || kind === "enum"

const isLetter = (byte = 0): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a

const isBefore = (bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean => {
  for (let at = 0; a + at < aEnd && b + at < bEnd; at++) {
    const difference = (bytes[a + at] ?? 0) - (bytes[b + at] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return aEnd - a < bEnd - b
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

const latin1 = (bytes: Uint8Array, begin: number, end: number): string => {
  let text = ""
  for (let at = begin; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0)
  return text
}
