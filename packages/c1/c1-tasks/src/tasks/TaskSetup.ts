// What all tasks of one loop have in common.
import type { Connector } from "@rollcall/connector"
import type { Effect } from "effect"
import type { ActionRuns } from "./ActionRuns.ts"
import type { DebugLog } from "./DebugLog.ts"
import type { UploadedSync, WorkFolder } from "../WorkFolder.ts"

/** What a task may use. */
export interface TaskSetup {
  /** The connector with its clients in place. */
  readonly connector: Connector
  /** Whether grants and revokes are carried out (`BATON_PROVISIONING`). */
  readonly provisioning: boolean
  /** Full syncs are checked and finished, and nothing is read or uploaded (`BATON_SKIP_FULL_SYNC`). */
  readonly skipFullSync: boolean
  /** What full syncs read where their task names no types; absent: all. */
  readonly resourceTypes?: ReadonlyArray<string> | undefined
  /** The most percent of a resource type that may go from one upload to the next (`BATON_MAX_SHRINK`); 50 when absent. */
  readonly maxShrink?: number | undefined
  /** Until when every loss is accepted (`BATON_ALLOW_SHRINK_UNTIL`), in milliseconds since the epoch. */
  readonly allowShrinkUntil?: number | undefined
  readonly workFolder: WorkFolder["Service"]
  readonly afterUpload: (uploaded: UploadedSync) => Effect.Effect<void>
  readonly actionRuns: ActionRuns
  readonly debugLog: DebugLog
  /** Ends when the process is about to stop. */
  readonly stopping: Effect.Effect<void>
}
