// Checks an archive of evidence, on any machine and without the campaign: every file against the manifest, the manifest against its
// signature, the log line by line, and all that is computed from the log and the frozen file, computed again.
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { verify } from "node:crypto"
import { openAccess } from "@rollcall/access"
import { Effect } from "effect"
import { campaignAudit } from "./auditLines.ts"
import type { Campaign } from "./Campaign.ts"
import { campaignOf, eventsOf } from "./Campaign.ts"
import { campaignFolder } from "./CampaignFolder.ts"
import { parseLog } from "./CampaignLog.ts"
import type { CampaignStatus } from "./campaignStatus.ts"
import { campaignStatus } from "./campaignStatus.ts"
import { checkAnswers } from "./checkAnswers.ts"
import { checkFigures } from "./checkFigures.ts"
import { decisionTable } from "./decisionTable.ts"
import type { Reading } from "./earlierSyncs.ts"
import { recordedFiles } from "./evidence.ts"
import type { EvidenceManifest } from "./EvidenceManifest.ts"
import { decodeManifest, evidencePaths, importName } from "./EvidenceManifest.ts"
import { readmeOf } from "./evidenceReadme.ts"
import { reportOf } from "./evidenceReport.ts"
import { readItems } from "./Item.ts"
import { onDisk, refuse } from "./ReviewError.ts"
import { fingerprintOf, isSigned, publicKeyIn, signOffText } from "./signatures.ts"
import { unpack } from "./unpackEvidence.ts"
import { checkVerification } from "./verifyCampaign.ts"

/** What was found in an archive that holds together. */
export interface CheckedEvidence {
  readonly manifest: EvidenceManifest
  readonly status: CampaignStatus
  /** Whether the signature was checked with a key from outside the archive, which alone tells who made it. */
  readonly signed: boolean
  /** Whether there is a signature at all, checked or not. */
  readonly hasSignature: boolean
  /** How many verifications the log has, and how many were computed again from the file that they had read. */
  readonly verifications: { readonly all: number; readonly computedAgain: number }
  /** Lines of the audit log about the removals; nothing where none was given. */
  readonly auditLines: number | undefined
  /** Signatures of reviewers' files and of who signed off, each with the key that it fits. Whose key it is, others have to know. */
  readonly signatures: ReadonlyArray<{ readonly who: string; readonly what: string; readonly key: string }>
}

/** Checks the archive; it fails with what does not fit. */
export const checkEvidence = Effect.fn("Review.check")(function* (
  path: string,
  publicKey: string | undefined,
  reading: Reading = {},
) {
  const folder = yield* Effect.acquireRelease(
    onDisk(tmpdir(), () => mkdtempSync(join(reading.tempDirectory ?? tmpdir(), "rollcall-evidence-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true })),
  )
  const found = yield* unpack(path, folder)
  const textOf = (name: string) =>
    found.has(name) ? onDisk(path, () => readFileSync(join(folder, name), "utf8")) : broken(path, `${name} is missing`)
  const manifestText = yield* textOf(evidencePaths.manifest)
  const decoded = decodeManifest(manifestText)
  if (decoded._tag === "Failure") return yield* broken(path, "its manifest cannot be understood")
  const manifest = decoded.success
  if (publicKey !== undefined) {
    const key = yield* publicKeyIn(publicKey)
    if (!found.has(evidencePaths.signature)) return yield* broken(path, "it is not signed")
    const signature = Buffer.from(yield* textOf(evidencePaths.signature), "base64")
    if (!verify(null, Buffer.from(manifestText), key, signature)) {
      const hint = "Check that the key is that of whoever made it; if it is, do not rely on the archive."
      return yield* broken(path, "it was not signed with this key, or its manifest was altered", hint)
    }
  }
  yield* checkFiles(path, manifest, found)

  const log = yield* parseLog(`${path}: ${evidencePaths.log}`, yield* textOf(evidencePaths.log))
  if (log.head !== manifest.log.head || log.lines.length !== manifest.log.lines) {
    return yield* broken(path, "its log is not the one of its manifest: lines are missing or were added")
  }
  const started = log.lines[0]?.event
  if (started?._tag !== "started") return yield* broken(path, "its log does not begin with the start of a campaign")
  if (started.name !== manifest.campaign) return yield* broken(path, "its manifest names another campaign")
  const items = yield* readItems(join(folder, evidencePaths.items), started.items)
  const campaign = campaignOf(campaignFolder(folder), log, started, items)
  for (const { path: name, sha256 } of recordedFiles(campaign)) {
    if (found.get(name) !== sha256) return yield* broken(path, `${name} is not the file that the log names`)
  }
  const access = yield* openAccess(join(folder, evidencePaths.population), {
    ...reading,
    syncId: started.sync.syncId,
  })
  const wrong = (yield* checkAnswers(campaign, folder)) ?? (yield* checkFigures(campaign, access))
  if (wrong !== undefined) return yield* broken(path, wrong)
  const verified = yield* checkVerifications(campaign, found, reading)
  if (typeof verified === "string") return yield* broken(path, verified)
  let auditLines: number | undefined
  if (found.has(evidencePaths.audit)) {
    const audit = yield* textOf(evidencePaths.audit)
    const ours = campaignAudit(audit, campaign).lines.map(({ line }) => `${line}\n`)
    if (ours.join("") !== audit) return yield* broken(path, `${evidencePaths.audit} has lines of something else`)
    auditLines = ours.length
  }
  const signatures = yield* checkSignatures(path, campaign)
  const status = campaignStatus(campaign, manifest.made)
  const hasSignature = found.has(evidencePaths.signature)
  const texts = [
    [evidencePaths.decisions, decisionTable(campaign)],
    [evidencePaths.report, reportOf(campaign, status, manifest.made, auditLines)],
    [evidencePaths.readme, readmeOf(campaign, status, hasSignature)],
  ] as const
  for (const [name, text] of texts) {
    if ((yield* textOf(name)) !== text) return yield* broken(path, `${name} is not what its log says`)
  }
  const checked: CheckedEvidence = {
    manifest,
    status,
    signed: publicKey !== undefined,
    hasSignature,
    verifications: { all: eventsOf(campaign, "verified").length, computedAgain: verified },
    auditLines,
    signatures,
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

/** How many verifications say what their file shows, of those whose file is there; or which one does not, in words. */
const checkVerifications = Effect.fnUntraced(function* (
  { folder, log, started, items }: Campaign,
  found: ReadonlyMap<string, string>,
  reading: Reading,
) {
  const used = new Set<string>()
  let fitting = 0
  for (const [at, { event }] of log.lines.entries()) {
    if (event._tag !== "verified") continue
    const name = `${evidencePaths.syncs}${event.sync.file.sha256}.c1z`
    if (!found.has(name)) continue
    used.add(name)
    if (found.get(name) !== event.sync.file.sha256) return `${name} is not the file that a verification has read`
    const before = campaignOf(folder, { ...log, lines: log.lines.slice(0, at) }, started, [...items.values()])
    const wrong = yield* checkVerification(before, event, join(folder.path, name), reading)
    if (wrong !== undefined) return wrong
    fitting += 1
  }
  const strange = [...found.keys()].find((name) => name.startsWith(evidencePaths.syncs) && !used.has(name))
  return strange === undefined ? fitting : `${strange} is not a file that a verification has read`
})

/** The signatures that the log has, each checked again. */
const checkSignatures = Effect.fnUntraced(function* (path: string, campaign: Campaign) {
  const signatures: Array<CheckedEvidence["signatures"][number]> = []
  const { folder, log } = campaign
  for (const { files } of eventsOf(campaign, "imported")) {
    for (const { file, reviewer, signed } of files) {
      if (signed === null) continue
      const content = yield* onDisk(path, () => readFileSync(join(folder.imports, importName(file))))
      const what = `the file ${file.name}`
      if (!isSigned(content, signed)) return yield* broken(path, `the signature of ${what} does not fit`)
      signatures.push({ who: reviewer.email, what, key: fingerprintOf(signed.publicKey) })
    }
  }
  for (const { event, previous } of log.lines) {
    if (event._tag !== "signedOff") continue
    const { as, head, signed } = event
    if (head !== previous) return yield* broken(path, `${as} signed off another state of the log`)
    if (signed === null) continue
    const content = Buffer.from(signOffText(log.id, head, event))
    if (!isSigned(content, signed)) return yield* broken(path, `the signature of ${as} does not fit`)
    signatures.push({ who: as, what: "the campaign", key: fingerprintOf(signed.publicKey) })
  }
  return signatures
})

const broken = (path: string, what: string, hint = "Ask for the archive again; do not rely on this one.") =>
  refuse("Unusable", `${path} does not hold together: ${what}.`, hint)
