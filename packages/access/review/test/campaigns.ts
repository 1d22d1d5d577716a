// Campaigns of the office, at different points of their way.
import { generateKeyPairSync } from "node:crypto"
import { createWriteStream, writeFileSync } from "node:fs"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import yauzl from "yauzl"
import { ZipFile } from "yazl"
import {
  closeCampaign,
  importAnswers,
  makeEvidence,
  openCampaign,
  signOff,
  startCampaign,
  verifyCampaign,
} from "../src/index.ts"
import type { Office } from "./office.ts"
import { meanings, office, requestOf, reviewersOf, syncOffice } from "./office.ts"
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
export const answered = Effect.fnUntraced(function* () {
  const folder = yield* scratchFolder("review")
  const file = join(folder, "sync.c1z")
  yield* syncOffice(file)
  const path = join(folder, "campaign")
  yield* startCampaign({
    ...requestOf(folder),
    reviewers: reviewersOf(`group:it,${lead},Lead,`, `all,${boss},Boss,CISO`),
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
export const finished = Effect.fnUntraced(function* () {
  const { folder, file, path } = yield* answered()
  yield* syncOffice(file)
  yield* closeCampaign(path, closing(file))
  yield* syncOffice(file, withoutRemoved())
  yield* verifyCampaign(path, file, reading)
  yield* signOff(path, "Carol Auditor", "Head of audit")
  const keys = keysIn(folder, "ours")
  const output = join(folder, "evidence.zip")
  yield* makeEvidence({ campaign: path, output, force: false, keyFile: keys.keyFile })
  return { folder, path, output, ...keys }
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
