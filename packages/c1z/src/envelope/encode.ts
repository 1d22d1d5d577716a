// Packs a SQLite file into a v1 file: the magic and one zstd frame that tells its content's size and checksum. It
// streams and works off the main thread.
import { createReadStream, createWriteStream } from "node:fs"
import { stat } from "node:fs/promises"
import { pipeline } from "node:stream/promises"
import { constants, createZstdCompress } from "node:zlib"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { reasonOf, storeFailure } from "../WorkStore/storeFailure.ts"
import { v1Magic } from "./magic.ts"

const params = {
  [constants.ZSTD_c_compressionLevel]: 3,
  [constants.ZSTD_c_checksumFlag]: 1,
  [constants.ZSTD_c_contentSizeFlag]: 1,
}

const chunkSize = 256 * 1024

/** Packs the SQLite file at `source` into a new file at `target`, mode 0600, that is on the disk when this ends. */
export const encodeEnvelope = (source: string, target: string): Effect.Effect<void, StoreError> =>
  Effect.tryPromise({
    try: async (signal) => {
      const { size } = await stat(source)
      const out = createWriteStream(target, { flags: "wx", mode: 0o600, flush: true, highWaterMark: chunkSize })
      out.write(v1Magic)
      await pipeline(
        createReadStream(source, { highWaterMark: chunkSize }),
        // Without the pledge a streamed frame does not tell its size, which readers use to refuse it before decoding.
        createZstdCompress({ params, pledgedSrcSize: size, chunkSize }),
        out,
        { signal },
      )
    },
    catch: (cause) => storeFailure(reasonOf(cause), target, cause),
  })
