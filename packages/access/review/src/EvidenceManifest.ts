// What an archive of evidence holds, and under which paths.
import { extname } from "node:path"
import { Schema } from "effect"
import { KeptFile } from "./CampaignEvent.ts"

/** The manifest of an archive: every file but itself and its signature. */
export const EvidenceManifest = Schema.Struct({
  format: Schema.Literal("rollcall-evidence"),
  version: Schema.Literal(1),
  campaign: Schema.String,
  made: Schema.String,
  log: Schema.Struct({ head: Schema.String, lines: Schema.Int }),
  files: Schema.Array(KeptFile),
})
export type EvidenceManifest = typeof EvidenceManifest.Type

/** The text that is signed. */
export const encodeManifest = Schema.encodeSync(Schema.fromJsonString(EvidenceManifest))

/** The manifest in a text. */
export const decodeManifest = Schema.decodeUnknownResult(Schema.fromJsonString(EvidenceManifest))

/** The paths in an archive; imports and syncs lie in folders by their SHA-256, lists by their name. */
export const evidencePaths = {
  readme: "README.md",
  report: "report.md",
  decisions: "decisions.csv",
  log: "log.ndjson",
  items: "items.ndjson",
  population: "population.c1z",
  imports: "imports/",
  removals: "removals/",
  verifications: "verifications/",
  syncs: "syncs/",
  audit: "audit.ndjson",
  manifest: "manifest.json",
  signature: "manifest.sig",
} as const

const inFolders =
  /^(?:imports\/[0-9a-f]{64}\.(?:xlsx|csv|json)|(?:removals|verifications)\/[a-z0-9-]{1,80}\.csv|syncs\/[0-9a-f]{64}\.c1z)$/u

/** Whether evidence can hold a file of this path. */
export const isEvidencePath = (name: string): boolean => {
  const paths: ReadonlyArray<string> = Object.values(evidencePaths).filter((path) => !path.endsWith("/"))
  return paths.includes(name) || inFolders.test(name)
}

/** The name of an imported file in the folder of imports: its SHA-256, and the ending by which programs open it. */
export const importName = ({ name, sha256 }: Pick<KeptFile, "name" | "sha256">): string =>
  `${sha256}${extname(name).toLowerCase()}`

/** Whether it is one of the folders, which some programs that make archives list too. */
export const isEvidenceFolder = (name: string): boolean =>
  Object.values(evidencePaths).some((path) => path.endsWith("/") && path === name)
