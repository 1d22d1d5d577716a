// Records that the Go connector stored, read without any code of this project: `@rollcall/test-kit/oracle`, which reads such files for
// other packages, stands on this one.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { zstdDecompressSync } from "node:zlib"
import type { JsonObject } from "@bufbuild/protobuf"
import type { RecordKind } from "../src/index.ts"

const folder = fileURLToPath(new URL("../../../../../shared/fixtures/oracle/", import.meta.url))

/** Whether the recorded data is there; a checkout of the project alone lacks it. */
export const hasOracle = existsSync(folder)

/** One stored record: its bytes, and the JSON that the Go SDK makes of them. */
export interface OracleRecord {
  readonly kind: RecordKind
  readonly id: string
  readonly bytes: Uint8Array
  readonly json: JsonObject
}

const tables: Record<RecordKind, string> = {
  resourceType: "v1_resource_types",
  resource: "v1_resources",
  entitlement: "v1_entitlements",
  grant: "v1_grants",
}

/** All records of `<name>.c1z`, each with its line of `<name>.ndjson`. */
export const readOracle = (name: string): ReadonlyArray<OracleRecord> => {
  const directory = mkdtempSync(join(tmpdir(), "oracle-"))
  try {
    const file = join(directory, "db")
    writeFileSync(file, zstdDecompressSync(readFileSync(`${folder}${name}.c1z`).subarray(5)))
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      return readFileSync(`${folder}${name}.ndjson`, "utf8")
        .trimEnd()
        .split("\n")
        .map((line): { kind: RecordKind; id: string; record: JsonObject } => JSON.parse(line))
        .map(({ kind, id, record }) => {
          const row = database.prepare(`select data from ${tables[kind]} where external_id = ?`).get(id)
          if (!(row?.["data"] instanceof Uint8Array)) throw new Error(`${name}.c1z has no ${kind} ${id}`)
          return { kind, id, bytes: row["data"], json: record }
        })
    } finally {
      database.close()
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}
