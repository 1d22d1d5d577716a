// The syncs that a file holds.
import type { StoreError, SyncSource } from "@rollcall/connector"
import { Stream } from "effect"
import { toInstant } from "../schema.ts"
import type { Database } from "./Database.ts"
import type { Row } from "./Row.ts"
import { RowReader } from "./Row.ts"
import { readSource } from "./ownTables.ts"

const table = "v1_sync_runs"

/** One run of a connector, as the file tells of it. */
export interface SyncInfo {
  readonly id: string
  /** `full`, `partial`, `resources_only`, `partial_upserts` or `partial_deletions`. */
  readonly type: string
  /** RFC 3339, taken as UTC: the file names no zone. */
  readonly startedAt: string
  /** Absent while the sync is unfinished. */
  readonly endedAt?: string | undefined
  /** The sync that a partial one adds to; empty for others. */
  readonly parentId: string
  /** Opaque state of the program that wrote the file. */
  readonly token: string
  /** Whose data it is; absent where another program wrote it. */
  readonly source?: SyncSource | undefined
}

/** All syncs of a file, in the order in which they were published. */
export const syncsOf = (database: Database): Stream.Stream<SyncInfo, StoreError> =>
  database.hasTable(table)
    ? database.stream(`${selectSyncs(database)} order by id`, [], syncInfo(database), "small")
    : Stream.empty

/**
 * The sync that views show: the one asked for, else the full one that was published last, else the last that was finished,
 * else the last that was begun. What was published last has the last row, whatever the clock said.
 * `undefined` where there is none. Throws a StoreError when a row cannot be read.
 */
export const chooseSync = (database: Database, id: string | undefined): SyncInfo | undefined => {
  if (!database.hasTable(table)) return undefined
  const select = selectSyncs(database)
  const row =
    id === undefined
      ? database.first(`${select} ${newestFirst} limit 1`)
      : database.first(`${select} where sync_id = ? order by id limit 1`, id)
  return row === undefined ? undefined : syncInfo(database)(row)
}

const newestFirst = `order by ended_at is null, iif(ended_at is null, 0, sync_type <> 'full'), iif(ended_at is null, 0, id) desc,
  started_at desc, sync_id desc`

/** A sync as the Go viewer prints it; members that are `undefined` are left out of the text. */
export interface SyncJson {
  readonly id: string
  readonly startedAt?: string | undefined
  readonly endedAt?: string | undefined
  readonly syncToken?: string | undefined
  readonly syncType?: string | undefined
  readonly parentSyncId?: string | undefined
}

/**
 * The sync in the JSON that the Go viewer prints: proto3 JSON, so empty members are left out. The head of a v3 file may
 * leave out when it was started.
 */
export const syncToJson = (
  sync: Omit<SyncInfo, "startedAt"> & { readonly startedAt?: string | undefined },
): SyncJson => ({
  id: sync.id,
  startedAt: sync.startedAt,
  endedAt: sync.endedAt,
  syncToken: sync.token || undefined,
  syncType: sync.type || undefined,
  parentSyncId: sync.parentId || undefined,
})

// Columns that older files lack, with what they would hold.
const laterColumns = { ended_at: "null", sync_type: "'full'", parent_sync_id: "''", sync_token: "''" }

const selectSyncs = (database: Database): string => {
  const columns = Object.entries(laterColumns).map(([column, instead]) =>
    database.hasColumn(table, column) ? column : `${instead} as ${column}`,
  )
  return `select * from (select id, sync_id, started_at, ${columns.join(", ")} from ${table})`
}

const syncInfo =
  (database: Database) =>
  (row: Row): SyncInfo => {
    const read = new RowReader(database.path, table)
    const endedAt = read.textOrNull(row, "ended_at")
    return {
      id: read.text(row, "sync_id"),
      type: read.text(row, "sync_type"),
      startedAt: toInstant(read.text(row, "started_at")),
      endedAt: endedAt === undefined ? undefined : toInstant(endedAt),
      parentId: read.text(row, "parent_sync_id"),
      token: read.text(row, "sync_token"),
      source: readSource(database, read.text(row, "sync_id")),
    }
  }
