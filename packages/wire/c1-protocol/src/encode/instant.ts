// An RFC 3339 instant as a google.protobuf.Timestamp.
import type { BinaryWriter } from "@bufbuild/protobuf/wire"

/** An instant as a Timestamp counts it: `nanos` go forward from `seconds`, before 1970 too. */
export interface Instant {
  readonly seconds: number
  readonly nanos: number
}

const rfc3339 = /^(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/

// The years 1 to 9999, which is what a Timestamp may hold.
const earliest = -62_135_596_800
const latest = 253_402_300_799

/** The instant that a text tells, or `undefined` when it tells none. */
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
