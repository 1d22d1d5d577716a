// Files that other programs wrote.
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { JsonObject } from "@bufbuild/protobuf"

const folder = fileURLToPath(new URL("../../../../../../shared/fixtures/", import.meta.url))

/** Whether the recorded files are there; a checkout of the project alone lacks them. */
export const hasFixtures = existsSync(folder)

export const fixture = (name: string): string => `${folder}${name}`

export interface OracleLine {
  readonly kind: string
  readonly id: string
  readonly record: JsonObject
}

/** The lines of an oracle: what a file holds, as the Go SDK prints it. */
export const oracle = (name: string): ReadonlyArray<OracleLine> =>
  readFileSync(fixture(`oracle/${name}.ndjson`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
