// Which earlier syncs a file keeps, by the Go SDK's rule: two finished full syncs with the new one; what is partial goes
// when it ended before the oldest of them began; of diff syncs the newest pair; unfinished syncs always stay.
import type { PublishOptions } from "./publishOptions.ts"

/** A row of `v1_sync_runs`. Instants are the file's texts, which sort by time. */
export interface SyncRun {
  readonly syncId: string
  readonly startedAt: string
  /** Absent while the sync is unfinished. */
  readonly endedAt?: string
  readonly type: string
  readonly linkedSyncId: string
}

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
  const full = finished.filter((it) => it.type === "full")
  const places = Math.max(1, options.keepSyncs ?? 2) - (next.type === "full" ? 1 : 0)
  const gone = new Set(full.slice(places).map((it) => it.syncId))

  if (gone.size > 0) {
    const begin = full[places - 1]?.startedAt ?? next.startedAt
    for (const it of finished) {
      if ((it.type === "partial" || it.type === "resources_only") && (it.endedAt ?? "") < begin) gone.add(it.syncId)
    }
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
