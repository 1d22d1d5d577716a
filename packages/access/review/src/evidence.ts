// Packs all that a campaign is into one archive for an auditor, with a manifest of what is in it, signed where there is a key.
import { sign } from "node:crypto"
import { createWriteStream, existsSync, renameSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { pipeline } from "node:stream/promises"
import { Clock, Effect } from "effect"
import { ZipFile } from "yazl"
import type { AuditLine } from "./auditLines.ts"
import type { Campaign } from "./Campaign.ts"
import { eventsOf, openCampaign } from "./Campaign.ts"
import { campaignFolder, describeFile, lockCampaign } from "./CampaignFolder.ts"
import { sha256, syncFolder } from "./CampaignLog.ts"
import { campaignStatus } from "./campaignStatus.ts"
import { decisionTable } from "./decisionTable.ts"
import type { EvidenceManifest } from "./EvidenceManifest.ts"
import { encodeManifest, evidencePaths, importName } from "./EvidenceManifest.ts"
import { readmeOf } from "./evidenceReadme.ts"
import { reportOf } from "./evidenceReport.ts"
import { refuse, ReviewError } from "./ReviewError.ts"
import { privateKeyIn } from "./signatures.ts"

/** What evidence is to be made of. */
export interface EvidenceRequest {
  readonly campaign: string
  /** The archive. */
  readonly output: string
  /** Whether an archive that is there is replaced. */
  readonly force: boolean
  /** A private key (ed25519, PEM) to sign with. */
  readonly keyFile?: string | undefined
  /** Files that verifications compared with, which let `checkEvidence` compare with them again. */
  readonly verifiedIn?: ReadonlyArray<string> | undefined
  /** The lines of the audit log about the removals, where there is one. */
  readonly audit?: ReadonlyArray<AuditLine> | undefined
}

/** A part of the archive: a text, or a file that lies somewhere. */
type Part = { readonly path: string } & ({ readonly text: string } | { readonly file: string })

/** Writes the archive, whole or not at all. */
export const makeEvidence = Effect.fn("Review.evidence")(function* (request: EvidenceRequest) {
  const { output, force, keyFile, audit } = request
  if (existsSync(output) && !force) {
    return yield* refuse("OutOfOrder", `${output} is there already.`, "Name another file, or replace it with --force.")
  }
  if (!existsSync(dirname(output))) {
    const what = `${output} cannot be written: there is no folder ${dirname(output)}.`
    return yield* refuse("CannotWrite", what, "Create the folder, or name another file with --out.")
  }
  yield* openCampaign(request.campaign)
  // What is packed must be of one moment.
  yield* lockCampaign(campaignFolder(request.campaign))
  const campaign = yield* openCampaign(request.campaign)
  const key = keyFile === undefined ? undefined : yield* privateKeyIn(keyFile)
  const now = new Date(yield* Clock.currentTimeMillis).toISOString()
  const status = campaignStatus(campaign, now)
  const { folder } = campaign
  const parts: ReadonlyArray<Part> = [
    { path: evidencePaths.readme, text: readmeOf(campaign, status, key !== undefined) },
    { path: evidencePaths.report, text: reportOf(campaign, status, now, audit?.length) },
    { path: evidencePaths.decisions, text: decisionTable(campaign) },
    { path: evidencePaths.log, file: folder.log },
    ...(yield* unaltered(campaign)),
    ...(yield* Effect.forEach(new Set(request.verifiedIn), (file) => verifiedSync(campaign, file))),
    ...(audit === undefined
      ? []
      : [{ path: evidencePaths.audit, text: audit.map(({ line }) => `${line}\n`).join("") }]),
  ]
  const files = yield* Effect.forEach(parts, (part) =>
    "file" in part
      ? describeFile(part.file, part.path)
      : Effect.succeed({ name: part.path, sha256: sha256(part.text), bytes: Buffer.byteLength(part.text) }),
  )
  const manifest: EvidenceManifest = {
    format: "rollcall-evidence",
    version: 1,
    campaign: campaign.started.name,
    made: now,
    log: { head: campaign.log.head, lines: campaign.log.lines.length },
    files,
  }
  const json = encodeManifest(manifest)
  const signature = key === undefined ? [] : [sign(null, Buffer.from(json), key).toString("base64")]
  yield* writeZip(output, [
    { path: evidencePaths.manifest, text: json },
    ...signature.map((text) => ({ path: evidencePaths.signature, text })),
    ...parts,
  ])
  return { manifest, signed: key !== undefined }
}, Effect.scoped)

/** The files that the log names, which must be as they were. */
const unaltered = Effect.fnUntraced(function* (campaign: Campaign) {
  const { folder } = campaign
  const parts: Array<Part> = []
  for (const { path, sha256: told } of recordedFiles(campaign)) {
    const file = join(folder.path, path)
    const { sha256: found } = yield* describeFile(file, path)
    if (found !== told) {
      const what = `${file} is not what the campaign recorded.`
      return yield* refuse("Unusable", what, "Restore it from a copy.")
    }
    parts.push({ path, file })
  }
  return parts
})

/** A file that a verification of the campaign has read. */
const verifiedSync = Effect.fnUntraced(function* (campaign: Campaign, file: string) {
  const { sha256: found } = yield* describeFile(file, file)
  if (eventsOf(campaign, "verified").some(({ sync }) => sync.file.sha256 === found)) {
    return { path: `${evidencePaths.syncs}${found}.c1z`, file }
  }
  const what = `${file} is not a file that a verification of the campaign has read, or it was changed since.`
  return yield* refuse("OutOfOrder", what, "Name a copy of one that was made before the next sync, or leave it out.")
})

/** Every file of a campaign that its log names, with the path that it has in the folder and in evidence alike. */
export const recordedFiles = (
  campaign: Campaign,
): ReadonlyArray<{ readonly path: string; readonly sha256: string }> => {
  const { started, closed } = campaign
  const imported = eventsOf(campaign, "imported").flatMap(({ files }) =>
    files.map(({ file }) => ({ path: `${evidencePaths.imports}${importName(file)}`, sha256: file.sha256 })),
  )
  const named = [
    { ...started.items, name: evidencePaths.items },
    { ...started.sync.file, name: evidencePaths.population },
    ...(closed?.files ?? []),
    ...eventsOf(campaign, "verified").flatMap(({ notReviewedFile }) => notReviewedFile ?? []),
  ]
  const all = [...imported, ...named.map(({ name, sha256: hash }) => ({ path: name, sha256: hash }))]
  // Several verifications may name one list.
  return [...new Map(all.map((it) => [it.path, it])).values()]
}

/** The first day that an archive can name, which is nobody's time zone. */
const firstOfZip = new Date("1980-01-02T00:00:00Z")

const writeZip = Effect.fnUntraced(function* (output: string, parts: ReadonlyArray<Part>) {
  const partial = `${output}.partial`
  yield* Effect.tryPromise({
    try: async () => {
      const zip = new ZipFile()
      for (const part of parts) {
        // A time of its own for each file would make two archives of one campaign differ.
        const options = { mtime: firstOfZip, mode: 0o100600 }
        if ("file" in part) zip.addFile(part.file, part.path, options)
        else zip.addBuffer(Buffer.from(part.text), part.path, options)
      }
      zip.end()
      await pipeline(zip.outputStream, createWriteStream(partial, { mode: 0o600, flush: true }))
      renameSync(partial, output)
      syncFolder(dirname(output))
    },
    catch: (cause) => {
      rmSync(partial, { force: true })
      return new ReviewError({
        reason: "CannotWrite",
        message: `${output} cannot be written.`,
        hint: "Check the disk and who may write there, then run the command again.",
        cause,
      })
    },
  })
})
