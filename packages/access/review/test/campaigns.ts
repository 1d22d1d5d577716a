// Campaigns of the office, at different points of their way.
import { generateKeyPairSync } from "node:crypto"
import { createWriteStream, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import yauzl from "yauzl"
import { ZipFile } from "yazl"
import type { CampaignEvent, CampaignRequest, LogContent } from "../src/index.ts"
import {
  appendToLog,
  closeCampaign,
  importAnswers,
  makeEvidence,
  openCampaign,
  parseLog,
  sha256,
  signOff,
  startCampaign,
  verifyCampaign,
} from "../src/index.ts"
import type { Office } from "@rollcall/test-kit/office"
import { meanings, office } from "@rollcall/test-kit/office"
import { syncOffice } from "./syncOffice.ts"
import { requestOf, reviewersOf } from "./office.ts"
import { fileOf, tableOf } from "./tables.ts"

export const boss = "boss@example.com"
export const lead = "lead@example.com"
export const reading = { meanings }
const abilities = { revokes: ["group"], disables: true }

/** Keys as PEM files. */
export const keysIn = (folder: string, name: string) => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519")
  const files = { keyFile: join(folder, `${name}.key`), publicKey: join(folder, `${name}.pub`) }
  writeFileSync(files.keyFile, privateKey.export({ type: "pkcs8", format: "pem" }))
  writeFileSync(files.publicKey, publicKey.export({ type: "spki", format: "pem" }))
  return files
}

/** Bob and Eve are to leave IT, which the command does; Gil is to stop being a guest, which people do. All else stays. */
export const answered = Effect.fnUntraced(function* (more: Partial<CampaignRequest> = {}) {
  const folder = yield* scratchFolder("review")
  const file = join(folder, "sync.c1z")
  yield* syncOffice(file)
  const path = join(folder, "campaign")
  yield* startCampaign({
    ...requestOf(folder),
    reviewers: reviewersOf(`group:it,${lead},Lead,`, `all,${boss},Boss,CISO`),
    ...more,
  })
  const campaign = yield* openCampaign(path)
  const keep = { Decision: "keep", Comment: "as before" }
  const remove = { Decision: "remove" }
  const files = [
    fileOf(folder, "lead.csv", yield* tableOf(campaign, lead, { 5: remove, 6: remove })),
    fileOf(folder, "boss.csv", yield* tableOf(campaign, boss, { 1: keep, 2: keep, 3: keep, 4: remove })),
  ]
  yield* importAnswers(path, files)
  return { folder, file, path }
})

export const closing = (file: string) => ({ file, openItems: "refuse" as const, abilities, reading })

/** What the office looks like when the removals are done, but for those that are named. */
export const withoutRemoved = (...still: ReadonlyArray<string>): Office => ({
  ...office,
  grants: office.grants.filter(
    ({ id }) => still.includes(id) || !(id.startsWith("group:it:") || id.startsWith("role:guest:")),
  ),
})

/** A campaign that is signed off, and its evidence. */
export const finished = Effect.fnUntraced(function* (more: Partial<CampaignRequest> = {}) {
  const { folder, file, path } = yield* answered(more)
  yield* syncOffice(file)
  yield* closeCampaign(path, closing(file))
  yield* syncOffice(file, withoutRemoved())
  yield* verifyCampaign(path, file, reading)
  yield* signOff(path, { as: "Carol Auditor", role: "Head of audit" })
  const keys = keysIn(folder, "ours")
  const output = join(folder, "evidence.zip")
  yield* makeEvidence({ campaign: path, output, force: false, keyFile: keys.keyFile })
  return { folder, file, path, output, ...keys }
})

/** What is in an archive. */
export const unzip = async (path: string): Promise<Map<string, Buffer>> => {
  const zip = await yauzl.openPromise(path)
  const files = new Map<string, Buffer>()
  for await (const entry of zip.eachEntry())
    files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)))
  return files
}

export const zipped = async (path: string, files: ReadonlyMap<string, Buffer>): Promise<void> => {
  const zip = new ZipFile()
  for (const [name, content] of files) zip.addBuffer(content, name)
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}

/** An archive that somebody made again: with other files or another log, whose lines and manifest are right again. */
export const remade = Effect.fnUntraced(function* (
  { folder, output }: { readonly folder: string; readonly output: string },
  edit: (event: CampaignEvent) => CampaignEvent,
  others: (files: ReadonlyMap<string, Buffer>) => Readonly<Record<string, string>> = () => ({}),
) {
  const files = yield* Effect.promise(() => unzip(output))
  files.delete("manifest.sig")
  const path = join(folder, "log.ndjson")
  rmSync(path, { force: true })
  let log: LogContent | undefined
  for (const { at, by, event } of (yield* parseLog(path, String(files.get("log.ndjson")))).lines) {
    log = yield* appendToLog(path, log, { at, by, event: edit(event) })
  }
  files.set("log.ndjson", readFileSync(path))
  for (const [name, text] of Object.entries(others(files))) files.set(name, Buffer.from(text))
  const manifest = JSON.parse(String(files.get("manifest.json")))
  files.delete("manifest.json")
  const listed = [...files].map(([name, content]) => ({ name, sha256: sha256(content), bytes: content.length }))
  const told = { ...manifest, files: listed, log: { head: log?.head, lines: log?.lines.length } }
  files.set("manifest.json", Buffer.from(JSON.stringify(told)))
  const forged = join(folder, "forged.zip")
  yield* Effect.promise(() => zipped(forged, files))
  return forged
})
