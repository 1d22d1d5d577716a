// Packs a SQLite file into a v1 file: the magic and one zstd frame that tells its content's size and checksum. It
// streams and works off the main thread.
import { createWriteStream } from "node:fs"
import type { FileHandle } from "node:fs/promises"
import { open } from "node:fs/promises"
import { pipeline } from "node:stream/promises"
import type { ZstdCompress } from "node:zlib"
import { constants, createZstdCompress } from "node:zlib"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { reasonOf, storeFailure } from "../WorkStore/storeFailure.ts"
import { v1Magic } from "./fileHead.ts"

const params = {
  [constants.ZSTD_c_compressionLevel]: 3,
  [constants.ZSTD_c_checksumFlag]: 1,
  [constants.ZSTD_c_contentSizeFlag]: 1,
}

const chunkSize = 256 * 1024

/** Packs the SQLite file at `source` into a new file at `target`, mode 0600, that is on the disk when this ends. */
export const encodeEnvelope = (source: string, target: string): Effect.Effect<void, StoreError> =>
  Effect.callback((resume) => {
    const interruption = new AbortController()
    const packed = pack(source, target, interruption.signal).then(
      () => resume(Effect.void),
      (cause) => resume(Effect.fail(storeFailure(reasonOf(cause), target, cause))),
    )
    // Only when the streams have let go of the file can it be removed for good.
    return Effect.promise(() => {
      interruption.abort()
      return packed
    })
  })

const pack = async (source: string, target: string, signal: AbortSignal): Promise<void> => {
  const file = await open(source)
  const { size } = await file.stat()
  const out = createWriteStream(target, { flags: "wx", mode: 0o600, flush: true })
  out.write(v1Magic)
  // Without the pledge a streamed frame does not tell its size, which readers use to refuse it before decoding.
  const compress = createZstdCompress({ params, pledgedSrcSize: size, chunkSize })
  const fed = feed(file, compress)
  try {
    await pipeline(compress, out, { signal })
  } finally {
    await fed
    await file.close()
  }
}

/** One buffer serves for the whole file: a stream would leave as many behind as the file has chunks. */
const feed = async (file: FileHandle, compress: ZstdCompress): Promise<void> => {
  const buffer = Buffer.allocUnsafe(chunkSize)
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkSize)
      if (bytesRead === 0) break
      await written(compress, buffer.subarray(0, bytesRead))
    }
    compress.end()
  } catch (cause) {
    // Ends the pipeline, which tells why; where the pipeline failed first, this changes nothing.
    compress.destroy(cause instanceof Error ? cause : new Error("The file could not be read.", { cause }))
  }
}

const written = (compress: ZstdCompress, chunk: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    compress.write(chunk, (error) => (error ? reject(error) : resolve()))
  })
