// What the head of a file's zstd frame tells before anything is unpacked.
// https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1
import { closeSync, openSync, readSync } from "node:fs"
import { magicLength } from "./fileHead.ts"

/** The longest head of a frame up to its content size: magic, descriptor, window, dictionary id, size. */
const longestHead = 4 + 1 + 1 + 4 + 8

/** The size of what a file unpacks to, in bytes, where its frame tells it. It is a claim of whoever wrote the file. */
export const frameContentSize = (path: string): number | undefined => {
  const file = openSync(path, "r")
  try {
    const head = Buffer.alloc(longestHead)
    const length = readSync(file, head, 0, head.length, magicLength)
    return contentSizeOf(head.subarray(0, length))
  } finally {
    closeSync(file)
  }
}

const contentSizeOf = (frame: Buffer): number | undefined => {
  const descriptor = frame[4]
  if (descriptor === undefined) return undefined
  const isSingleSegment = (descriptor & 0x20) !== 0
  const dictionaryLength = [0, 1, 2, 4][descriptor & 0x03] ?? 0
  const at = 5 + (isSingleSegment ? 0 : 1) + dictionaryLength
  const sizeLength = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0
  if (sizeLength === 0 || frame.length < at + sizeLength) return undefined
  if (sizeLength === 8) return Number(frame.readBigUInt64LE(at))
  // A size of two bytes begins to count where one byte ends.
  return frame.readUIntLE(at, sizeLength) + (sizeLength === 2 ? 256 : 0)
}
