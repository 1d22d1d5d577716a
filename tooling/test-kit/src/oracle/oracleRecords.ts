// What the Go connector stored, and the search for what ours lacks.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL("../../../../../shared/fixtures/oracle/", import.meta.url))

/** Whether the recorded data is there; a checkout of the project alone lacks it. */
export const hasOracle: boolean = existsSync(folder)

/** The workspace, as raw objects of Slack's. */
export const oracleWorkspaceFile: string = join(folder, "workspace.json")

/** A record that the Go connector stored, as proto3 JSON. */
export interface OracleRecord {
  readonly kind: string
  readonly id: string
  readonly record: unknown
}

/** The file that the Go connector wrote. */
export const oracleFile = (name: "pro" | "business-plus"): string => join(folder, `${name}.c1z`)

/** All records of one recording. */
export const oracleRecords = (name: "pro" | "business-plus"): ReadonlyArray<OracleRecord> =>
  readFileSync(join(folder, `${name}.ndjson`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line): OracleRecord => JSON.parse(line))

const userTrait = "type.googleapis.com/c1.connector.v2.UserTrait"

/** Every value of theirs that is not in ours, by path. Ours may hold more. */
export const missingValues = (theirs: unknown, ours: unknown, path: string): ReadonlyArray<string> => {
  if (typeof theirs !== "object" || theirs === null) return Object.is(theirs, ours) ? [] : [path]
  if (typeof ours !== "object" || ours === null) return [path]
  // Ours repeats the resource's status in the deprecated place, where the Go connector says ENABLED of everyone.
  const isDeprecatedStatus = (key: string) => key === "status" && Reflect.get(theirs, "@type") === userTrait
  return Object.entries(theirs)
    .filter(([key]) => !isDeprecatedStatus(key))
    .flatMap(([key, value]) => missingValues(value, Reflect.get(ours, key), `${path}.${key}`))
}
