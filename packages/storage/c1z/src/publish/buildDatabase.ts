// The database of a .c1z file, built fresh in a private folder: what tells what it holds, then the rest of the syncs that are kept of
// the previous file, then that of the new sync, then the indexes. Built fresh it is compact, so nothing has to be vacuumed.
import type { StoreError, SyncResult } from "@rollcall/connector"
import { Effect } from "effect"
import type { DatabaseSync } from "node:sqlite"
import {
  createIndexes,
  createSchema,
  dropRoom,
  followingTables,
  formatFileTime,
  leadingTables,
  sourceTable,
  tables,
} from "../schema.ts"
import { readSteps } from "../WorkStore/WorkFile.ts"
import { loadDecoderFor, readContributions, readEntitlements } from "../WorkStore/readRecords.ts"
import { built, bytesOf, detach, insertInto, inSlices, pageSize } from "../sqlite.ts"
import { attempt, ignoreFailure, storeFailure } from "../WorkStore/storeFailure.ts"
import { copyEarlier } from "./copyEarlier.ts"
import { noTallies, Notes, recordCounts, roomForStats, statsJson } from "./counts.ts"
import type { EarlierSyncs } from "./earlierSyncs.ts"
import type { PublishOptions } from "./retention.ts"
import { syncTypeOf } from "./retention.ts"
import { syncWriter } from "./writeSync.ts"

/** What a database is built of. */
interface BuildInput {
  /** The database to build; nothing stands there yet. */
  readonly path: string
  readonly work: { readonly path: string; readonly db: DatabaseSync }
  readonly sync: { readonly syncId: string; readonly startedAt: number; readonly endedAt: number }
  readonly result: SyncResult
  readonly options: PublishOptions
  readonly earlier?: Pick<EarlierSyncs, "path" | "output" | "keep">
}

/** Builds the database. Succeeds with its size in bytes, the counts of the new sync, and notes. */
export const buildDatabase = Effect.fnUntraced(function* (input: BuildInput) {
  const { path, work, sync, result } = input
  const { db } = work
  return yield* Effect.acquireUseRelease(
    attempt(path, () => attachFresh(db, path)),
    () =>
      Effect.gen(function* () {
        const notes = new Notes()
        const tallies = noTallies()
        const { earlier } = input
        if (earlier !== undefined) yield* copyEarlier(db, path, earlier, leadingTables)

        const writer = syncWriter(db, { syncId: sync.syncId, discoveredAt: sync.endedAt, result }, tallies, notes)
        const pages = yield* attempt(work.path, () => readSteps(work.db).reduce((sum, it) => sum + it.pages, 0))
        const types = yield* attempt(path, () => {
          const written = writer.writeTypes()
          writeCoverage(db, sync.syncId, result)
          writeSource(db, sync.syncId, result)
          writeSyncRun(db, sync, syncTypeOf(result.kind, input.options), pages, roomForStats(written))
          return written
        })
        if (earlier !== undefined) yield* copyEarlier(db, path, earlier, followingTables)

        yield* attempt(path, () => db.exec("begin"))
        const each =
          <A>(write: (record: A) => void) =>
          (records: ReadonlyArray<A>) =>
            records.forEach(write)
        yield* damageIsOf(
          work.path,
          inSlices(path, writer.copyResources(), () => undefined),
        )
        // An index is made as soon as its rows are there: entitlements look up resources, and grants entitlements.
        yield* damageIsOf(
          work.path,
          inSlices(
            work.path,
            readContributions(work.db, result.unpublishedTypes),
            each(writer.writeResource),
            path,
            loadDecoderFor,
          ),
        )
        yield* index(path, db, "v1_resources")
        yield* inSlices(work.path, readEntitlements(work.db), each(writer.writeEntitlement), path)
        yield* index(path, db, "v1_entitlements")
        yield* damageIsOf(work.path, inSlices(path, writer.storePlainGrants(), each(writer.writeOddGrant)))
        yield* index(path, db, "v1_grants")
        yield* attempt(path, writer.countGrants)

        const stats = db.prepare(`update ${built}.v1_sync_runs set stats = ? where sync_id = ?`)
        yield* attempt(path, () => stats.run(statsJson(tallies, types, result.kind), sync.syncId))
        yield* attempt(path, () => db.exec(`${dropRoom(built)}; commit`))
        const size = yield* attempt(path, () => bytesOf(db, built))
        return { size, counts: recordCounts(tallies), notes: notes.all, leftOut: notes.leftOut }
      }),
    () => ignoreFailure(() => detach(db, built)),
  )
})

/** What was just built is not damaged; what it is built of may be. */
const damageIsOf = (path: string, work: Effect.Effect<void, StoreError>): Effect.Effect<void, StoreError> =>
  Effect.mapError(work, (error) => (error.reason === "Unreadable" ? storeFailure("Unreadable", path, error) : error))

/**
 * Attaches a new database to the connection of the work file, so that one statement can read the one and write the other. It has no
 * journal and no sync: a database that is not finished is thrown away, and a finished one is packed elsewhere. Rows are appended
 * and need little cache. The sort behind an index spills to disk beyond the cache of the work file; what has been spilled is sorted
 * by a thread of SQLite's while the next rows are read.
 */
const attachFresh = (db: DatabaseSync, path: string): void => {
  db.prepare(`attach ? as ${built}`).run(path)
  try {
    db.exec(`
      pragma ${built}.page_size = ${pageSize}; pragma ${built}.journal_mode = off; pragma ${built}.synchronous = off;
      pragma ${built}.locking_mode = exclusive; pragma ${built}.cache_size = -4096; pragma threads = 1
    `)
    for (const statement of createSchema(built)) db.exec(statement)
  } catch (cause) {
    detach(db, built)
    throw cause
  }
}

// Making one index is one slice, however long it takes (seconds for a million rows): node:sqlite offers neither
// `sqlite3_interrupt` nor a progress handler, so a signal waits for its end.
const index = (path: string, db: DatabaseSync, name: string): Effect.Effect<void, StoreError> =>
  inSlices(
    path,
    tables.filter((it) => it.name === name).flatMap((it) => createIndexes(it, built)),
    (sql) => db.exec(sql),
  )

const writeCoverage = (db: DatabaseSync, syncId: string, result: SyncResult): void => {
  const insert = insertInto(db, "rollcall_coverage", ["sync_id", "resource_type_id", "state", "gaps"])
  for (const it of result.coverage) insert(syncId, it.resourceType, it.state, JSON.stringify(it.gaps))
}

const writeSource = (db: DatabaseSync, syncId: string, { source: { connector, tenant } }: SyncResult): void => {
  const insert = insertInto(db, sourceTable.name, ["sync_id", "connector_id", "tenant_id", "tenant_name"])
  insert(syncId, connector, tenant.id, tenant.displayName)
}

const writeSyncRun = (
  db: DatabaseSync,
  { syncId, startedAt, endedAt }: BuildInput["sync"],
  type: string,
  pages: number,
  stats: string,
): void => {
  const columns = {
    sync_id: syncId,
    started_at: formatFileTime(startedAt),
    ended_at: formatFileTime(endedAt),
    // What the Go SDK leaves behind when a sync has finished; for it every page is an action.
    sync_token: JSON.stringify({
      current_action_id: pages,
      completed_actions_count: pages,
      ingest_quality: {},
      version: 1,
    }),
    sync_type: type,
    supports_diff: type === "full" ? 1 : 0,
    // Else a reader goes through every grant on each open.
    grants_backfilled: 1,
    stats,
  }
  insertInto(db, "v1_sync_runs", Object.keys(columns))(...Object.values(columns))
}
