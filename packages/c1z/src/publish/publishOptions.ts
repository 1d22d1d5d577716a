// How a sync becomes a file.

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
}
