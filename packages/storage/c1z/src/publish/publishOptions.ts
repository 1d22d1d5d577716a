// How a sync becomes a file.
import type { SyncResult } from "@rollcall/connector"

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
  readonly mostDecodedBytes?: number
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
