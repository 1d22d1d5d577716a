// Which earlier syncs a file keeps, by the Go SDK's rule: two finished full syncs with the new one; what is partial goes
// when it ended before the oldest of them began; of diff syncs the newest pair; unfinished syncs always stay. Syncs that
// were narrowed push out others of their own type alone.
import type { SyncResult } from "@rollcall/connector"
import type { Database } from "../reader/Database.ts"
import { RowReader } from "../reader/Row.ts"

/** What a file keeps, and how large it may be. */
export interface PublishOptions {
  /** Finished full syncs that a file holds, the new one included; 2 when absent (`BATON_KEEP_SYNC_COUNT`). */
  readonly keepSyncs?: number
  /** Keeps every earlier sync (`BATON_SKIP_CLEANUP`). */
  readonly skipCleanup?: boolean
  /**
   * Bytes that a file with earlier syncs may have when decoded; 3 GiB when absent, the most that the older viewer
   * reads. Where it would have more, only the new sync is written.
   */
  readonly maxDecodedBytes?: number
  /**
   * Stores a sync that was narrowed on request as `full`, as the Go connector does: for ConductorOne, which asked for no
   * more. Absent, it is `partial`, so that readers of the file do not take it for all that there is.
   */
  readonly narrowedAsFull?: boolean
}

/** The `sync_type` of a sync. */
export const syncTypeOf = (kind: SyncResult["kind"], { narrowedAsFull = false }: PublishOptions): string => {
  if (kind === "resourcesOnly") return "resources_only"
  return kind === "partial" && !narrowedAsFull ? "partial" : "full"
}

/** A row of `v1_sync_runs`. Instants are the file's texts, which sort by time. */
export interface SyncRun {
  readonly syncId: string
  readonly startedAt: string
  /** Absent while the sync is unfinished. */
  readonly endedAt?: string | undefined
  readonly type: string
  readonly linkedSyncId: string
  /** How many records it has, as JSON. */
  readonly stats?: string | undefined
}

/** The syncs of a file, in the order of their rows, which is that of their publication. Files of older writers lack columns. */
export const readRuns = (database: Database): ReadonlyArray<SyncRun> => {
  const table = "v1_sync_runs"
  if (!database.hasTable(table)) return []
  const read = new RowReader(database.path, table)
  const columns = Object.entries({ sync_type: "'full'", linked_sync_id: "''", stats: "null" }).map(
    ([column, otherwise]) => (database.hasColumn(table, column) ? column : `${otherwise} as ${column}`),
  )
  const rows = database.all(`select sync_id, started_at, ended_at, ${columns.join(", ")} from ${table} order by id`)
  return rows.map((row) => ({
    syncId: read.text(row, "sync_id"),
    startedAt: read.text(row, "started_at"),
    endedAt: read.textOrNull(row, "ended_at"),
    type: read.text(row, "sync_type"),
    linkedSyncId: read.text(row, "linked_sync_id"),
    stats: read.textOrNull(row, "stats"),
  }))
}

/** Whether a sync began or ended after an instant. Readers compare the texts, and so does this. */
export const isInFuture = ({ startedAt, endedAt = "" }: SyncRun, now: string): boolean =>
  startedAt > now || endedAt > now

const narrowTypes = ["partial", "resources_only"]
const diffTypes = ["partial_upserts", "partial_deletions"]

/** The earlier syncs to keep beside a new one. */
export const syncsToKeep = (
  earlier: ReadonlyArray<SyncRun>,
  next: Pick<SyncRun, "syncId" | "startedAt" | "type">,
  options: Pick<PublishOptions, "keepSyncs" | "skipCleanup">,
): ReadonlyArray<string> => {
  // A sync that was published by a run that died just after is published again under its id.
  const others = earlier.filter((it) => it.syncId !== next.syncId)
  if (options.skipCleanup === true) return others.map((it) => it.syncId)

  const finished = others.filter((it) => it.endedAt !== undefined).toSorted(newestFirst)
  const most = Math.max(1, options.keepSyncs ?? 2)
  const placesFor = (type: string) => most - (next.type === type ? 1 : 0)
  const full = finished.filter((it) => it.type === "full")
  const gone = new Set(full.slice(placesFor("full")).map((it) => it.syncId))

  if (gone.size > 0) {
    const begin = full[placesFor("full") - 1]?.startedAt ?? next.startedAt
    for (const it of finished) {
      if (narrowTypes.includes(it.type) && (it.endedAt ?? "") < begin) gone.add(it.syncId)
    }
  }
  if (narrowTypes.includes(next.type)) {
    // Else a file that gets narrowed syncs alone would grow for ever.
    const alike = finished.filter((it) => it.type === next.type)
    for (const it of alike.slice(placesFor(next.type))) gone.add(it.syncId)
  }
  const diffs = finished.filter((it) => diffTypes.includes(it.type))
  if (diffs.length > 2) {
    for (const it of diffs) {
      if (it !== diffs[0] && it.syncId !== diffs[0]?.linkedSyncId) gone.add(it.syncId)
    }
  }
  return others.map((it) => it.syncId).filter((id) => !gone.has(id))
}

const newestFirst = (a: SyncRun, b: SyncRun): number =>
  compare(b.endedAt ?? "", a.endedAt ?? "") || compare(b.syncId, a.syncId)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
