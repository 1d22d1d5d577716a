// Unpacks a v1 file to a plain SQLite file. It streams, so a file of any size takes little memory, and it stops at a
// limit, so a small hostile file cannot fill the disk.
import { StoreError, storeReasonOf } from "@rollcall/connector"
import { Effect } from "effect"
import { closeSync, createReadStream, openSync, readSync, truncateSync, writeFileSync, writeSync } from "node:fs"
import { statfs } from "node:fs/promises"
import { dirname } from "node:path"
import { Writable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { constants, createZstdDecompress, zstdDecompressSync } from "node:zlib"
import { readFailure } from "../reader/readFailure.ts"
import { collectYoung } from "../collectGarbage.ts"
import { magicLength, readBytes, withFile } from "./format.ts"

/** The longest head of a frame up to its content size: magic, descriptor, window, dictionary id, size. */
const longestHead = 4 + 1 + 1 + 4 + 8

/**
 * The size of what a file unpacks to, in bytes, where the head of its zstd frame tells it. It is a claim of whoever wrote the file.
 * https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1
 */
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

const contentSizeOf = (head: Uint8Array): number | undefined => {
  const frame = Buffer.from(head.buffer, head.byteOffset, head.length)
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

/** The most bytes that a file may unpack to, unless the caller says otherwise: the limit of the older Go readers. */
export const defaultDecodedLimit = 3 * 1024 ** 3

/** Unpacked bytes after which the buffers that they came in are collected. */
const bytesToCollect = 4 * 1024 ** 2

// What is unpacked at once, and written before more is unpacked: with the 16 KiB of a stream a large file takes half as long again.
const chunkSize = 64 * 1024

// 128 MiB, the limit of every Go reader.
const windowLogLimit = 27

/** How a file is unpacked. */
export interface DecodeOptions {
  /** How often the space of what it unpacks to is needed, where more is made of it later; once when absent. */
  readonly timesItsSpace?: number | undefined
  /** Told how many bytes it has unpacked, and of how many, where the file says that. */
  readonly onProgress?: ((bytes: number, all: number | undefined) => void) | undefined
}

/**
 * Unpacks the file at `source` into a new file at `target` that only this user can read. One that would have more bytes
 * than the limit is `tooLarge`, and what stands at `target` is then not all of it. Where the file says how large it is, it fails
 * before anything is written unless there is space for that.
 */
export const decodeEnvelope = (
  source: string,
  target: string,
  limit: number,
  { timesItsSpace = 1, onProgress = () => undefined }: DecodeOptions = {},
): Effect.Effect<"whole" | "tooLarge", StoreError> =>
  Effect.tryPromise({
    try: async (signal): Promise<"whole" | "tooLarge"> => {
      const all = frameContentSize(source)
      if ((all ?? 0) > limit) return "tooLarge"
      const folder = dirname(target)
      const free = await freeSpace(folder)
      const needed = (all ?? 0) * timesItsSpace
      if (needed > free) {
        throw noSpace(source, `it takes ${megabytes(needed)} there, and ${megabytes(free)} are free`, folder)
      }
      const past = new Error("The limit is passed.")
      let decoded = 0
      let collectAt = bytesToCollect
      const file = openSync(target, "wx", 0o600)
      const counted = new Writable({
        write: (chunk: Uint8Array, _encoding, done) => {
          decoded += chunk.length
          if (decoded >= collectAt) {
            collectAt = decoded + bytesToCollect
            collectYoung()
          }
          onProgress(decoded, all)
          done(decoded > limit ? past : failureOf(() => writeAll(file, chunk)))
        },
      })
      try {
        await pipeline(
          createReadStream(source, { start: magicLength }),
          createZstdDecompress({ chunkSize, params: { [constants.ZSTD_d_windowLogMax]: windowLogLimit } }),
          counted,
          { signal },
        )
      } catch (cause) {
        if (cause === past) return "tooLarge"
        if (storeReasonOf(cause) !== "DiskFull") throw cause
        throw noSpace(source, `it is full after ${megabytes(decoded)}`, folder, cause)
      } finally {
        closeSync(file)
      }
      return "whole"
    },
    catch: (cause) => readFailure(source, cause),
  })

const writeAll = (file: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
}

/** What the work throws, as the callback of a stream takes it. */
const failureOf = (work: () => void): Error | null => {
  try {
    work()
    return null
  } catch (cause) {
    return cause instanceof Error ? cause : new Error("The copy could not be written.", { cause })
  }
}

/** The packed bytes that are read for the first pages of a file; they unpack to about a MiB. */
const packedBeginning = 64 * 1024

/** Far more than they unpack to: what is denser is read whole, which has a limit. */
const mostOfBeginning = 16 * 1024 * 1024

/**
 * Unpacks the first pages of the SQLite file in `source` into a file at `target` that only this user can read. It has the size of the
 * whole, as SQLite takes no smaller one; what is behind these pages is a hole, whose bytes are all 0 and take no space. Succeeds with the
 * number of pages, and with `undefined` where `source` has no more than a beginning, or where that is not the beginning of a database in
 * one frame within the limit.
 */
export const decodeBeginning = (
  source: string,
  target: string,
  limit: number,
): Effect.Effect<number | undefined, StoreError> =>
  withFile(source, async (file) => {
    if ((await file.stat()).size <= magicLength + packedBeginning) return undefined
    const packed = await readBytes(file, magicLength, packedBeginning)
    const size = contentSizeOf(packed) ?? Number.POSITIVE_INFINITY
    const database = unpackBeginning(packed)
    const pageSize = pageSizeOf(database)
    if (pageSize === undefined || size > limit || size !== database.readUInt32BE(28) * pageSize) return undefined
    const pages = Math.floor(database.length / pageSize)
    writeFileSync(target, database.subarray(0, pages * pageSize), { flag: "wx", mode: 0o600 })
    truncateSync(target, size)
    return pages
  })

const unpackBeginning = (packed: Uint8Array): Buffer => {
  try {
    return zstdDecompressSync(packed, {
      finishFlush: constants.ZSTD_e_flush,
      maxOutputLength: mostOfBeginning,
      params: { [constants.ZSTD_d_windowLogMax]: windowLogLimit },
    })
  } catch {
    // Whoever reads all of it says what is wrong.
    return Buffer.alloc(0)
  }
}

/** The size of the pages of a database, from its head. https://www.sqlite.org/fileformat2.html#the_database_header */
const pageSizeOf = (database: Buffer): number | undefined => {
  if (database.length < 100 || database.toString("latin1", 0, 16) !== "SQLite format 3\0") return undefined
  const size = database.readUInt16BE(16)
  return size === 1 ? 65_536 : size >= 512 ? size : undefined
}

/** How many bytes this user can still write in a folder; without end where the file system does not say it. */
const freeSpace = async (folder: string): Promise<number> => {
  const { bavail, bsize, blocks } = await statfs(folder).catch(() => ({ bavail: 0, bsize: 0, blocks: 0 }))
  return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize
}

const megabytes = (bytes: number): string =>
  `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: bytes < 1e7 ? 2 : 0 })} MB`

const noSpace = (path: string, problem: string, folder: string, cause?: unknown): StoreError =>
  new StoreError({
    reason: "DiskFull",
    message: `${path} cannot be unpacked into ${dirname(folder)}: ${problem}.`,
    hint: "Free some space there, or name a folder on a larger disk with --c1z-temp-dir or TMPDIR.",
    cause,
  })
