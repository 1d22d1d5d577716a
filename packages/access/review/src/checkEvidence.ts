// Checks an archive of evidence, on any machine and without the campaign: every file against the manifest, the manifest against its
// signature, the log line by line, the figures by counting again. An archive may come from untrusted hands.
import { createHash, createPublicKey, verify } from "node:crypto"
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { mkdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { pipeline } from "node:stream/promises"
import type { AccessOptions } from "@rollcall/access"
import { openAccess } from "@rollcall/access"
import { Effect, Stream } from "effect"
import yauzl from "yauzl"
import { campaignOf, eventsOf } from "./Campaign.ts"
import { campaignFolder, describeFile } from "./CampaignFolder.ts"
import { parseLog } from "./CampaignLog.ts"
import type { CampaignStatus } from "./campaignStatus.ts"
import { campaignStatus } from "./campaignStatus.ts"
import { decisionTable } from "./decisionTable.ts"
import type { EvidenceManifest } from "./EvidenceManifest.ts"
import { decodeManifest, evidencePaths } from "./EvidenceManifest.ts"
import { readItems } from "./Item.ts"
import { onDisk, refuse, ReviewError } from "./ReviewError.ts"

/** What was found in an archive that holds together. */
export interface CheckedEvidence {
  readonly manifest: EvidenceManifest
  readonly status: CampaignStatus
  /** Whether the signature was checked with a key from outside the archive, which alone tells who made it. */
  readonly signed: boolean
}

/** Bounds of an archive: what a campaign can have, and what a forged one could cost. */
const mostEntries = 20_000
const mostBytes = 8 * 1024 ** 3
const mostManifestBytes = 16 * 1024 ** 2

/** Checks the archive; it fails with what does not fit. */
export const checkEvidence = Effect.fn("Review.check")(function* (
  path: string,
  publicKey: string | undefined,
  reading: Omit<AccessOptions, "syncId"> = {},
) {
  const folder = yield* Effect.acquireRelease(
    onDisk(tmpdir(), () => mkdtempSync(join(reading.tempDirectory ?? tmpdir(), "rollcall-evidence-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true })),
  )
  const found = yield* unpack(path, folder)
  const inside = (name: string): string => join(folder, name)
  const manifestText = yield* textOf(path, inside(evidencePaths.manifest), found, evidencePaths.manifest)
  const decoded = decodeManifest(manifestText)
  if (decoded._tag === "Failure") return yield* broken(path, "its manifest cannot be understood")
  const manifest = decoded.success
  if (publicKey !== undefined) yield* checkSignature(path, inside, found, manifestText, publicKey)
  yield* checkFiles(path, manifest, found)

  const log = yield* parseLog(
    `${path}: ${evidencePaths.log}`,
    yield* textOf(path, inside(evidencePaths.log), found, evidencePaths.log),
  )
  if (log.head !== manifest.log.head || log.lines.length !== manifest.log.lines) {
    return yield* broken(path, "its log is not the one of its manifest: lines are missing or were added")
  }
  const started = log.lines[0]?.event
  if (started?._tag !== "started") return yield* broken(path, "its log does not begin with the start of a campaign")
  const items = yield* readItems(inside(evidencePaths.items), started.items)
  const campaign = campaignOf(campaignFolder(folder), log, started, items)

  const population = yield* describeFile(inside(evidencePaths.population), evidencePaths.population)
  if (population.sha256 !== started.sync.file.sha256)
    return yield* broken(path, "its population is not the frozen file")
  const access = yield* openAccess(inside(evidencePaths.population), { ...reading, syncId: started.sync.syncId })
  const grants = yield* Stream.runCount(access.grants())
  const outOfScope = Object.values(started.outOfScope).reduce((sum, count) => sum + count, 0)
  const byReviewer = started.reviewers.reduce((sum, reviewer) => sum + reviewer.items, 0)
  const sums: ReadonlyArray<readonly [string, number, number]> = [
    ["grants of the file", started.grants, grants],
    ["grants in and out of scope", started.inScope + outOfScope, grants],
    ["items", started.inScope, items.length],
    ["items over all reviewers", byReviewer, items.length],
  ]
  for (const [what, said, counted] of sums) {
    if (said !== counted)
      return yield* broken(path, `it says ${said} for the ${what}, and counted there are ${counted}`)
  }
  const decisions = yield* textOf(path, inside(evidencePaths.decisions), found, evidencePaths.decisions)
  if (decisions !== decisionTable(campaign)) return yield* broken(path, "its decisions are not those of its log")
  for (const { files } of eventsOf(campaign, "imported")) {
    for (const { file } of files) {
      if (found.get(`${evidencePaths.imports}${file.sha256}`) !== file.sha256) {
        return yield* broken(path, `the file ${file.name} that was imported is not in it`)
      }
    }
  }
  const checked: CheckedEvidence = {
    manifest,
    status: campaignStatus(campaign, manifest.made),
    signed: publicKey !== undefined,
  }
  return checked
}, Effect.scoped)

/** Every file is the one of the manifest, and there is no other. */
const checkFiles = Effect.fnUntraced(function* (
  path: string,
  manifest: EvidenceManifest,
  found: ReadonlyMap<string, string>,
) {
  const told = new Map(manifest.files.map(({ name, sha256 }) => [name, sha256]))
  for (const [name, hash] of told) {
    if (!found.has(name)) return yield* broken(path, `${name} is missing`)
    if (found.get(name) !== hash) return yield* broken(path, `${name} is not the file of the manifest`)
  }
  const apart: ReadonlyArray<string> = [evidencePaths.manifest, evidencePaths.signature]
  const further = [...found.keys()].find((name) => !told.has(name) && !apart.includes(name))
  return further === undefined ? undefined : yield* broken(path, `${further} is not in the manifest`)
})

const checkSignature = Effect.fnUntraced(function* (
  path: string,
  inside: (name: string) => string,
  found: ReadonlyMap<string, string>,
  manifest: string,
  publicKey: string,
) {
  const pem = yield* onDisk(publicKey, () => readFileSync(publicKey))
  const key = yield* Effect.try({
    try: () => createPublicKey(pem),
    catch: (cause) =>
      new ReviewError({
        reason: "Unusable",
        message: `${publicKey} is no public key.`,
        hint: "Give it as PEM.",
        cause,
      }),
  })
  if (!found.has(evidencePaths.signature)) return yield* broken(path, "it is not signed")
  const signature = yield* textOf(path, inside(evidencePaths.signature), found, evidencePaths.signature)
  if (
    key.asymmetricKeyType === "ed25519" &&
    verify(null, Buffer.from(manifest), key, Buffer.from(signature, "base64"))
  ) {
    return undefined
  }
  return yield* broken(path, "it was not signed with this key, or its manifest was altered")
})

const textOf = (path: string, file: string, found: ReadonlyMap<string, string>, name: string) =>
  found.has(name) ? onDisk(file, () => readFileSync(file, "utf8")) : broken(path, `${name} is missing`)

/** Unpacks the files whose paths evidence can have, within bounds; the SHA-256 of each by its path. */
const unpack = (path: string, folder: string): Effect.Effect<ReadonlyMap<string, string>, ReviewError> =>
  Effect.tryPromise({
    try: async () => {
      const zip = await yauzl.openPromise(path, { strictFileNames: true })
      const found = new Map<string, string>()
      let bytes = 0
      try {
        if (zip.entryCount > mostEntries) throw new BadArchive(`it holds ${zip.entryCount} files`)
        for await (const entry of zip.eachEntry()) {
          const name = entry.fileName
          if (!isEvidencePath(name) || found.has(name)) throw new BadArchive(`it holds ${JSON.stringify(name)}`)
          bytes += entry.uncompressedSize
          const isLarge = name === evidencePaths.manifest && entry.uncompressedSize > mostManifestBytes
          if (bytes > mostBytes || isLarge) throw new BadArchive("it unpacks to more than evidence has")
          const hash = createHash("sha256")
          const to = join(folder, name)
          mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
          const content = await zip.openReadStreamPromise(entry)
          content.on("data", (chunk: Buffer) => hash.update(chunk))
          await pipeline(content, createWriteStream(to, { mode: 0o600 }))
          found.set(name, hash.digest("hex"))
        }
      } finally {
        zip.close()
      }
      return found
    },
    catch: (cause) =>
      new ReviewError({
        reason: "Unusable",
        message: `${path} is no evidence that can be checked: ${cause instanceof Error ? cause.message : "it cannot be read"}.`,
        hint: "Ask for the archive again.",
        cause,
      }),
  })

class BadArchive extends Error {}

const isEvidencePath = (name: string): boolean => {
  const paths: ReadonlyArray<string> = Object.values(evidencePaths).filter((it) => it !== evidencePaths.imports)
  return paths.includes(name) || /^imports\/[0-9a-f]{64}$/u.test(name)
}

const broken = (path: string, what: string) =>
  refuse("Unusable", `${path} does not hold together: ${what}.`, "Ask for the archive again; do not rely on this one.")
