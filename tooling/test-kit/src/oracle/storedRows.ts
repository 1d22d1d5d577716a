// The rows of a .c1z file, read the shortest way: zstd and SQLite. It shares no code with the reader of `@rollcall/c1z`, so
// a mistake there cannot hide one in the writer.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { zstdDecompressSync } from "node:zlib"
import type { RecordKind } from "@rollcall/c1-protocol"

const tables: Record<RecordKind, string> = {
  resourceType: "v1_resource_types",
  resource: "v1_resources",
  entitlement: "v1_entitlements",
  grant: "v1_grants",
}
const kinds = ["resourceType", "resource", "entitlement", "grant"] as const

/** A record as it is stored. */
interface StoredRow {
  readonly kind: RecordKind
  readonly id: string
  readonly bytes: Uint8Array
}

/** All records of a file, or those of its newest sync. */
export const storedRows = (path: string, syncs: "all" | "newest" = "all"): ReadonlyArray<StoredRow> => {
  const which =
    syncs === "all" ? "" : "WHERE sync_id = (SELECT sync_id FROM v1_sync_runs ORDER BY started_at DESC LIMIT 1)"
  const folder = mkdtempSync(join(tmpdir(), "rollcall-stored-"))
  try {
    const file = join(folder, "db")
    writeFileSync(file, zstdDecompressSync(readFileSync(path).subarray(5)))
    const database = new DatabaseSync(file, { readOnly: true })
    const rows = kinds.flatMap((kind) =>
      database
        .prepare(`SELECT external_id, data FROM ${tables[kind]} ${which}`)
        .all()
        .map(({ external_id: id, data }): StoredRow => {
          if (!(data instanceof Uint8Array)) throw new Error(`The ${kind} ${String(id)} has no data.`)
          return { kind, id: String(id), bytes: data }
        }),
    )
    database.close()
    return rows
  } finally {
    rmSync(folder, { recursive: true })
  }
}
