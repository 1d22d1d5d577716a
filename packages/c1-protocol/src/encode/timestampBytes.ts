// An RFC 3339 instant as the bytes of a google.protobuf.Timestamp.
import { BinaryWriter } from "@bufbuild/protobuf/wire"

const instant = /^(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/

// The years 1 to 9999, which is what a Timestamp may hold.
const earliest = -62_135_596_800
const latest = 253_402_300_799

/** The Timestamp's bytes, without tag and length, or `undefined` when the text is no such instant. */
export const timestampBytes = (text: string): Uint8Array | undefined => {
  const parts = instant.exec(text)
  if (parts === null) return undefined
  const seconds = Date.parse(`${parts[1]}${parts[3]}`) / 1000
  if (!(seconds >= earliest && seconds <= latest)) return undefined
  const nanos = Number((parts[2] ?? "").padEnd(9, "0"))

  const writer = new BinaryWriter()
  if (seconds !== 0) writer.uint32(0x08).int64(seconds)
  if (nanos !== 0) writer.uint32(0x10).int32(nanos)
  return writer.finish()
}
