// Read indexes that are kept in the cache, beside the database that they were made from. One is a file named for what is in it and for the
// SHA-256 of its content, made aside and renamed, and never changed after that; one whose content is another is removed and made again.
import { lstatSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { sha256 } from "./output.ts"
import type { Database } from "./reader/Database.ts"
import { unchangingDatabase } from "./reader/Database.ts"
import { reading } from "./reader/readFailure.ts"
import type { CacheOptions } from "./UnpackedCache.ts"
import { bytesOf, digestOfFile, refuseShared, shrink } from "./UnpackedCache.ts"

/** Raise it when what an index holds, or how it is computed from meanings, changes: what was kept before is not used then. */
const version = 1

/** Keeps indexes of one database. */
export interface KeptIndexes {
  /** Puts the rows that were kept of `what` into a table, and says whether there were any to put. */
  readonly load: (what: string, database: Database, table: string) => Effect.Effect<boolean, StoreError>
  /** Keeps the rows of a table that meet a condition; nothing where the cache would take too much. */
  readonly save: (what: string, database: Database, rows: string) => Effect.Effect<void, StoreError>
}

/** Those of a database of the cache that is in use for as long as this is. */
export const keptIndexes = (kept: string, cache: CacheOptions): KeptIndexes => {
  const entry = dirname(kept)
  const beginningOf = (what: string): string =>
    `index-${sha256()
      .update(JSON.stringify([version, what]))
      .digest("hex")}-`
  const found = (what: string): string | undefined =>
    readdirSync(entry).find((name) => name.startsWith(beginningOf(what)))

  const load = Effect.fnUntraced(function* (what: string, database: Database, table: string) {
    const name = yield* reading(entry, () => found(what))
    if (name === undefined) return false
    const file = join(entry, name)
    yield* reading(file, () => refuseShared(file, "file"))
    const isLoaded = yield* Effect.orElseSucceed(
      Effect.flatMap(digestOfFile(file), (digest) =>
        reading(file, () => {
          if (name !== `${beginningOf(what)}${digest}`) return false
          database.withAttached(unchangingDatabase(file).href, (schema, run) =>
            run(`insert into ${table} select * from ${schema}.resources`),
          )
          return true
        }),
      ),
      () => false,
    )
    // What is damaged is made again.
    if (!isLoaded) yield* reading(file, () => rmSync(file, { force: true }))
    return isLoaded
  })

  const save = Effect.fnUntraced(function* (what: string, database: Database, rows: string) {
    const aside = yield* Effect.acquireRelease(
      reading(cache.folder, () => mkdtempSync(join(cache.folder, `making-${process.pid}-`))),
      (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true })),
    )
    const file = join(aside, "index")
    yield* reading(file, () => {
      writeFileSync(file, "", { mode: 0o600 })
      database.withAttached(file, (schema, run) => {
        run(`pragma ${schema}.journal_mode = off`)
        run(`pragma ${schema}.synchronous = off`)
        run(`create table ${schema}.resources as ${rows}`)
      })
    })
    const digest = yield* digestOfFile(file)
    yield* reading(file, () => {
      // What is in use is not removed to make room, and this entry is.
      if (found(what) !== undefined || bytesOf(entry) + lstatSync(file).size > cache.mostBytes) return
      renameSync(file, join(entry, `${beginningOf(what)}${digest}`))
      shrink(cache)
    })
  }, Effect.scoped)

  return { load, save }
}
