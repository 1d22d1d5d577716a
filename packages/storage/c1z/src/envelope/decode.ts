// Unpacks a v1 file to a plain SQLite file. It streams, so a file of any size takes little memory, and it stops at a
// limit, so a small hostile file cannot fill the disk.
import { createReadStream, createWriteStream } from "node:fs"
import { Transform } from "node:stream"
import { pipeline } from "node:stream/promises"
import { constants, createZstdDecompress } from "node:zlib"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { readFailure } from "../reader/readFailure.ts"
import { frameContentSize } from "./frameHeader.ts"
import { magicLength } from "./fileHead.ts"

/** The most bytes that a file may unpack to, unless the caller says otherwise: the limit of the older Go readers. */
export const defaultDecodedLimit = 3 * 1024 ** 3

// 128 MiB, the limit of every Go reader.
const windowLogLimit = 27

/**
 * Unpacks the file at `source` into a new file at `target` that only this user can read. One that would have more bytes
 * than the limit is `tooLarge`, and what stands at `target` is then not all of it.
 */
export const decodeEnvelope = (
  source: string,
  target: string,
  limit: number,
): Effect.Effect<"whole" | "tooLarge", StoreError> =>
  Effect.tryPromise({
    try: async (signal): Promise<"whole" | "tooLarge"> => {
      if ((frameContentSize(source) ?? 0) > limit) return "tooLarge"
      const past = new Error("The limit is passed.")
      try {
        await pipeline(
          createReadStream(source, { start: magicLength }),
          createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: windowLogLimit } }),
          limited(limit, past),
          createWriteStream(target, { flags: "wx", mode: 0o600 }),
          { signal },
        )
      } catch (cause) {
        if (cause === past) return "tooLarge"
        throw cause
      }
      return "whole"
    },
    catch: (cause) => readFailure(source, cause),
  })

const limited = (limit: number, past: Error): Transform => {
  let decoded = 0
  return new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => {
      decoded += chunk.length
      if (decoded > limit) done(past)
      else done(null, chunk)
    },
  })
}
