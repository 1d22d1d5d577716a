// Files for tests: a folder of their own, and a look into what was written, by Node's zstd and SQLite alone.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { SQLOutputValue } from "node:sqlite"
import { DatabaseSync } from "node:sqlite"
import { zstdDecompressSync } from "node:zlib"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"

/** An output in a folder that is removed with the test. */
export const freshOutput = Effect.map(scratchFolder("c1z"), (folder) => join(folder, "sync.c1z"))

/** The SQLite file inside a v1 file. */
export const decoded = (path: string): Buffer => zstdDecompressSync(readFileSync(path).subarray(5))

/** The database of a v1 file; closed with the test. */
export const openWritten = (path: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "rollcall-c1z-"))
      writeFileSync(join(folder, "db"), decoded(path))
      return { folder, db: new DatabaseSync(join(folder, "db")) }
    }),
    ({ folder, db }) =>
      Effect.sync(() => {
        db.close()
        rmSync(folder, { recursive: true, force: true })
      }),
  ).pipe(Effect.map(({ db }) => db))

/** The rows that a query gives, as plain objects. */
export const rowsOf = (
  db: DatabaseSync,
  sql: string,
  ...values: ReadonlyArray<string>
): ReadonlyArray<Record<string, SQLOutputValue>> =>
  db
    .prepare(sql)
    .all(...values)
    .map((row) => ({ ...row }))

/** One column of a query's rows. */
export const columnOf = (
  db: DatabaseSync,
  sql: string,
  ...values: ReadonlyArray<string>
): ReadonlyArray<SQLOutputValue> => rowsOf(db, sql, ...values).map((row) => Object.values(row)[0] ?? null)
