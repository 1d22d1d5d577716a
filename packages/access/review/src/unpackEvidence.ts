// Unpacks an archive of evidence, which may come from untrusted hands: only paths that evidence has, each once, within bounds.
import { createHash } from "node:crypto"
import { createWriteStream, mkdirSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { pipeline } from "node:stream/promises"
import { storeReasonOf } from "@rollcall/connector"
import { Effect } from "effect"
import yauzl from "yauzl"
import { evidencePaths, isEvidenceFolder, isEvidencePath } from "./EvidenceManifest.ts"
import { ReviewError } from "./ReviewError.ts"

/** What an archive may cost: what a campaign can have, and not what a forged one could. */
export interface UnpackBounds {
  readonly entries?: number | undefined
  /** Of all files, unpacked. */
  readonly bytes?: number | undefined
}

const usual = { entries: 20_000, bytes: 8 * 1024 ** 3 }

/** Bytes of the files that are read whole, by the end of their names. */
const mostWhole = 512 * 1000 ** 2
const mostManifest = 16 * 1024 ** 2

/** Unpacks into the folder; tells the SHA-256 of each file by its path. */
export const unpack = (
  path: string,
  folder: string,
  { entries = usual.entries, bytes: most = usual.bytes }: UnpackBounds = {},
): Effect.Effect<ReadonlyMap<string, string>, ReviewError> =>
  Effect.tryPromise({
    try: async () => {
      if (statSync(path).isDirectory()) throw new BadArchive("it is a folder, and no archive")
      const zip = await yauzl.openPromise(path, { strictFileNames: true })
      const found = new Map<string, string>()
      let bytes = 0
      try {
        if (zip.entryCount > entries) throw new BadArchive(`it holds ${zip.entryCount} files`)
        for await (const entry of zip.eachEntry()) {
          const name = entry.fileName
          if (isEvidenceFolder(name)) continue
          if (!isEvidencePath(name)) {
            throw new BadArchive(
              `it holds ${JSON.stringify(name)}, which is no part of evidence, so somebody packed it again`,
            )
          }
          if (found.has(name)) throw new BadArchive(`it holds ${name} twice`)
          bytes += entry.uncompressedSize
          if (bytes > most || entry.uncompressedSize > mostOf(name)) {
            throw new BadArchive(`it unpacks to more than evidence has, with ${name}`)
          }
          const hash = createHash("sha256")
          const to = join(folder, name)
          mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
          // It ends a stream that gives more than the size that was told. A link becomes a file with its text, and is followed by nobody.
          const content = await zip.openReadStreamPromise(entry)
          content.on("data", (chunk: Buffer) => hash.update(chunk))
          await pipeline(content, createWriteStream(to, { mode: 0o600, flags: "wx" }))
          found.set(name, hash.digest("hex"))
        }
      } finally {
        zip.close()
      }
      return found
    },
    catch: (cause) => {
      const isMissing = storeReasonOf(cause) === "NotFound"
      return new ReviewError({
        reason: isMissing ? "Missing" : "Unusable",
        message: isMissing
          ? `${path} cannot be read: there is no such file.`
          : `${path} is no evidence that can be checked: ${whyNot(cause)}.`,
        hint: isMissing
          ? "Name an archive of evidence."
          : "Ask for the archive again, as `rollcall review evidence` made it.",
        cause,
      })
    },
  })

const mostOf = (name: string): number => {
  const isLarge = name === evidencePaths.population || name === evidencePaths.items
  if (isLarge || name.startsWith(evidencePaths.syncs)) return usual.bytes
  return name === evidencePaths.manifest || name === evidencePaths.signature ? mostManifest : mostWhole
}

class BadArchive extends Error {}

/** In the words of the library, which end with a full stop or not. */
const whyNot = (cause: unknown): string => {
  const said = cause instanceof Error ? cause.message.replace(/\.$/u, "") : "it cannot be read"
  return said.startsWith("End of central directory") ? "it is no ZIP archive, or was cut off" : said
}
