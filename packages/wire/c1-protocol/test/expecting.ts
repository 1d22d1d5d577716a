// Outcomes that a test counts on: anything else fails it.
import type { Encoding, RecordKind, RecordMessage } from "../src/index.ts"
import { decodeRecord, MalformedMessage } from "../src/index.ts"

export const bytesOf = (encoding: Encoding): Uint8Array => {
  if (encoding._tag === "Refused") throw new Error(encoding.warning.message)
  // What is kept has to be copied, as the next record takes the same memory.
  return encoding.bytes.slice()
}

export const decoded = <K extends RecordKind>(kind: K, bytes: Uint8Array): RecordMessage<K> => {
  const message = decodeRecord(kind, bytes)
  if (message instanceof MalformedMessage) throw message
  return message
}
