// The ids in a .c1z file, straight from its tables.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { zstdDecompressSync } from "node:zlib"

const tables = { resource: "v1_resources", entitlement: "v1_entitlements", grant: "v1_grants" } as const

/** An id with its kind, as one text. */
export const idText = ({ kind, id }: { readonly kind: string; readonly id: string }): string => `${kind} ${id}`

/** All ids of a file, sorted. */
export const storedIds = (file: string): ReadonlyArray<string> => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-ids-"))
  try {
    const path = join(folder, "db")
    writeFileSync(path, zstdDecompressSync(readFileSync(file).subarray(5)))
    const db = new DatabaseSync(path)
    const ids = Object.entries(tables).flatMap(([kind, table]) =>
      db
        .prepare(`SELECT external_id AS id FROM ${table}`)
        .all()
        .map((row) => idText({ kind, id: String(row["id"]) })),
    )
    db.close()
    return ids.toSorted()
  } finally {
    rmSync(folder, { recursive: true })
  }
}
