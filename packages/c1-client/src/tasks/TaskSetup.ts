// What all tasks of one loop have in common.
import type { Connector } from "@rollcall/connector"
import type { Effect } from "effect"
import type { ActionRuns } from "./ActionRuns.ts"
import type { WorkFolder } from "./WorkFolder.ts"

/** What a task may use. */
export interface TaskSetup {
  /** The connector with its clients in place. */
  readonly connector: Connector
  /** Whether grants and revokes are carried out (`BATON_PROVISIONING`). */
  readonly provisioning: boolean
  /** Full syncs are checked and finished, and nothing is read or uploaded (`BATON_SKIP_FULL_SYNC`). */
  readonly skipFullSync: boolean
  /** What full syncs read where their task names no types; absent: all. */
  readonly resourceTypes?: ReadonlyArray<string>
  readonly workFolder: WorkFolder
  readonly actionRuns: ActionRuns
  /** Ends when the process is about to stop. */
  readonly stopping: Effect.Effect<void>
}
