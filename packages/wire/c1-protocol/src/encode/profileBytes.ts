// A profile as the bytes of a google.protobuf.Struct, entries in the order of their keys' bytes. It is written by hand
// because a sync encodes millions of values, and message objects for each of them cost more than all the rest.
import { BinaryWriter } from "@bufbuild/protobuf/wire"
import type { Profile, ProfileValue } from "@rollcall/connector"
import { Scratch } from "./Encoding.ts"
import type { TextCutter } from "./textLimit.ts"
import { profileTextLimit } from "./textLimit.ts"

const utf8 = new TextEncoder()
const scratch = new Scratch()

/** The Struct's bytes, without tag and length. Texts that are too long are cut. */
export const profileBytes = (profile: Profile, texts: TextCutter): Uint8Array =>
  scratch.write((writer) => {
    for (const key of sortedKeys(profile)) {
      const value = profile[key]
      if (value === undefined) continue
      const known = encodedKey(key)
      if (typeof value === "boolean") {
        writer.raw(value ? known.isTrue : known.isFalse)
        continue
      }
      writer.uint32(0x0a).fork().raw(known.field).uint32(0x12).fork()
      writeValue(writer, typeof value === "string" ? texts.cut(`the profile's ${key}`, value, profileTextLimit) : value)
      writer.join().join()
    }
  })

// Every member of the oneof is written even where it is zero: that is how a reader knows which one it is.
const writeValue = (writer: BinaryWriter, value: Exclude<ProfileValue, boolean>): void => {
  if (typeof value === "string") writer.uint32(0x1a).string(value)
  // JSON has no NaN and no infinity, and readers of the file fail on them.
  else if (typeof value === "number" && Number.isFinite(value)) writer.uint32(0x11).double(value)
  else writer.uint32(0x08).int32(0)
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
  const field = new BinaryWriter().uint32(0x0a).string(key).finish()
  const entryOf = (flag: number) =>
    new BinaryWriter()
      .uint32(0x0a)
      .fork()
      .raw(field)
      .raw(Uint8Array.of(0x12, 2, 0x20, flag))
      .join()
      .finish()
  const encoded = { field, isTrue: entryOf(1), isFalse: entryOf(0) }
  if (encodedKeys.size < mostKeys) encodedKeys.set(key, encoded)
  return encoded
}

// Strings compare by UTF-16 units, which is the order of their bytes as long as there are no surrogates.
const withSurrogates = /[\ud800-\udfff]/

// Nearly all profiles of a sync have the same keys in the same order.
let latest: { readonly keys: ReadonlyArray<string>; readonly sorted: ReadonlyArray<string> } = { keys: [], sorted: [] }

const sortedKeys = (profile: Profile): ReadonlyArray<string> => {
  const keys = Object.keys(profile)
  const known = keys.length === latest.keys.length && keys.every((key, index) => key === latest.keys[index])
  if (!known) latest = { keys, sorted: sortByBytes(keys) }
  return latest.sorted
}

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
