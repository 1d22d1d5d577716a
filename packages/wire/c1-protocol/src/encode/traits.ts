// What a resource's trait repeats of the resource, its profile among it, and what only an account's trait tells. A profile is
// written by hand as the bytes of a google.protobuf.Struct, entries in the order of their keys' bytes, because a sync encodes
// millions of values, and message objects for each of them cost more than all the rest.
import type { AccountFacts, Profile, ProfileValue, Trait } from "@rollcall/connector"
import type { AnnotationType, Instant, TextCutter } from "./Encoding.ts"
import { annotationType, profileTextLimit, writeInstant } from "./Encoding.ts"
import { RecordWriter } from "./RecordWriter.ts"

/** The facts that traits hold; the profile is encoded already. Of a part of a resource, what it does not tell is left out. */
interface TraitFacts {
  readonly isPart: boolean
  readonly profile: Uint8Array | undefined
  readonly status: number | undefined
  readonly createdAt: Instant | undefined
  readonly account: AccountFacts | undefined
}

export const traitTypes: Record<Trait, AnnotationType> = {
  user: annotationType("UserTrait"),
  group: annotationType("GroupTrait"),
  role: annotationType("RoleTrait"),
  app: annotationType("AppTrait"),
}

const accountTypeNumbers = { human: 1, service: 2, system: 3 } as const

// An account has a profile even when nothing is known, for readers that look into it. An account of unknown type counts as
// a human's, as the Go SDK has it.
const noProfile = new Uint8Array(0)

const userTrait =
  ({ isPart, profile, status, createdAt, account }: TraitFacts) =>
  (writer: RecordWriter): void => {
    for (const [index, address] of (account?.emails ?? []).entries()) {
      writer.uint32(0x0a).fork()
      if (address !== "") writer.uint32(0x0a).string(address)
      if (index === 0) writer.uint32(0x10).uint32(1)
      writer.join()
    }
    if (status !== undefined) writer.uint32(0x12).fork().uint32(0x08).uint32(status).join()
    if (profile !== undefined || !isPart) writer.uint32(0x1a).bytes(profile ?? noProfile)
    const accountType = account?.accountType ?? (isPart ? undefined : "human")
    if (accountType !== undefined) writer.uint32(0x28).uint32(accountTypeNumbers[accountType])
    if (createdAt !== undefined) writeInstant(writer, 0x42, createdAt)
    if (account?.mfaEnabled !== undefined) {
      writer.uint32(0x52).fork()
      if (account.mfaEnabled) writer.uint32(0x08).uint32(1)
      writer.join()
    }
  }

// The other traits repeat the profile alone; they differ in the number of its field.
const profileAlone =
  (tag: number) =>
  ({ profile }: TraitFacts) =>
    profile === undefined ? undefined : (writer: RecordWriter): unknown => writer.uint32(tag).bytes(profile)

/** Writes each trait's message; nothing where the message is empty. */
export const traitWriters: Record<Trait, (facts: TraitFacts) => ((writer: RecordWriter) => void) | undefined> = {
  user: userTrait,
  group: profileAlone(0x12),
  role: profileAlone(0x0a),
  app: profileAlone(0x22),
}

const utf8 = new TextEncoder()
const writer = new RecordWriter()

/** The Struct's bytes, without tag and length, valid until the next profile. Texts that are too long are cut. */
export const profileBytes = (profile: Profile, texts: TextCutter): Uint8Array => {
  writer.begin()
  for (const { key, known } of entriesOf(profile)) {
    const value = profile[key]
    if (value === undefined) continue
    if (typeof value === "boolean") {
      writer.raw(value ? known.isTrue : known.isFalse)
      continue
    }
    writer.uint32(0x0a).fork().raw(known.field).uint32(0x12).fork()
    writeValue(typeof value === "string" ? texts.cut(`the profile's ${key}`, value, profileTextLimit) : value)
    writer.join().join()
  }
  return writer.written
}

// Every member of the oneof is written even where it is zero: that is how a reader knows which one it is.
const writeValue = (value: Exclude<ProfileValue, boolean>): void => {
  if (typeof value === "string") writer.uint32(0x1a).string(value)
  // JSON has no NaN and no infinity, and readers of the file fail on them.
  else if (typeof value === "number" && Number.isFinite(value)) writer.uint32(0x11).double(value)
  else writer.uint32(0x08).uint32(0)
}

/** A key ready to be copied, alone and with either boolean: most values of an account's profile are flags. */
interface EncodedKey {
  readonly field: Uint8Array
  readonly isTrue: Uint8Array
  readonly isFalse: Uint8Array
}

/** Connectors have a few dozen keys; more than this are the data of somebody else's. */
const mostKeys = 1000
const encodedKeys = new Map<string, EncodedKey>()

const encodedKey = (key: string): EncodedKey => {
  const known = encodedKeys.get(key)
  if (known !== undefined) return known
  const field = new RecordWriter().uint32(0x0a).string(key).copy()
  const entryOf = (flag: number) =>
    new RecordWriter()
      .uint32(0x0a)
      .fork()
      .raw(field)
      .raw(Uint8Array.of(0x12, 2, 0x20, flag))
      .join()
      .copy()
  const encoded = { field, isTrue: entryOf(1), isFalse: entryOf(0) }
  if (encodedKeys.size < mostKeys) encodedKeys.set(key, encoded)
  return encoded
}

// Strings compare by UTF-16 units, which is the order of their bytes as long as there are no surrogates.
const withSurrogates = /[\ud800-\udfff]/

/** The keys of a profile in the order in which they are written, ready to be written. */
type Entries = ReadonlyArray<{ readonly key: string; readonly known: EncodedKey }>

// The profiles of a sync have few sets of keys, which differ in what is not told of somebody.
const knownEntries = new Map<string, { readonly keys: ReadonlyArray<string>; readonly entries: Entries }>()

const entriesOf = (profile: Profile): Entries => {
  const keys = Object.keys(profile)
  const joined = keys.join("\n")
  const known = knownEntries.get(joined)
  if (known !== undefined && areEqual(known.keys, keys)) return known.entries
  const entries = sortByBytes(keys).map((key) => ({ key, known: encodedKey(key) }))
  if (knownEntries.size < mostKeys) knownEntries.set(joined, { keys, entries })
  return entries
}

// A key may hold a line break itself.
const areEqual = (some: ReadonlyArray<string>, others: ReadonlyArray<string>): boolean =>
  some.length === others.length && some.every((it, index) => it === others[index])

const sortByBytes = (keys: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (!keys.some((key) => withSurrogates.test(key))) return keys.toSorted()
  return keys
    .map((key) => ({ key, bytes: utf8.encode(key) }))
    .toSorted((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ key }) => key)
}

const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = a[i]! - b[i]!
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
