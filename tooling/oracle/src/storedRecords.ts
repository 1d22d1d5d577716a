// The records of a .c1z file as proto3 JSON, read the shortest way: zstd, SQLite, generated messages. It shares no code
// with the reader of `@rollcall/c1z`, so a mistake there cannot hide one in the writer.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { zstdDecompressSync } from "node:zlib"
import type { RecordKind } from "@rollcall/c1-protocol"
import { decodeRecord, MalformedMessage, recordToJson } from "@rollcall/c1-protocol"

const tables: Record<RecordKind, string> = {
  resourceType: "v1_resource_types",
  resource: "v1_resources",
  entitlement: "v1_entitlements",
  grant: "v1_grants",
}

/** All records of a file by kind and id. */
export const storedRecords = (path: string): ReadonlyMap<string, unknown> => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-stored-"))
  try {
    const database = join(folder, "db")
    writeFileSync(database, zstdDecompressSync(readFileSync(path).subarray(5)))
    const db = new DatabaseSync(database)
    const records = new Map<string, unknown>()
    for (const kind of ["resourceType", "resource", "entitlement", "grant"] as const) {
      for (const row of db.prepare(`SELECT external_id, data FROM ${tables[kind]}`).iterate()) {
        const { data } = row
        if (!(data instanceof Uint8Array)) throw new Error("A record without data.")
        const message = decodeRecord(kind, data)
        if (message instanceof MalformedMessage) throw message
        records.set(`${kind} ${String(row["external_id"])}`, recordToJson(kind, message))
      }
    }
    db.close()
    return records
  } finally {
    rmSync(folder, { recursive: true })
  }
}
