// Where the syncs of a schedule go, and which were done: a file of this machine, unless several workers share the connections.
import type { Failure } from "@rollcall/connector"
import { syncToFile } from "@rollcall/host/sync"
import { Context, Effect } from "effect"
import type { EarlierRuns } from "./onTimetable.ts"

/** Where syncs go, and what is known of those before. */
export interface SyncPlaces {
  /** Nothing where a worker has a file of its own. */
  readonly earlier: Effect.Effect<EarlierRuns | undefined, Failure>
  /** Whether a sync that was asked for is still to be done: another one may have begun after that. */
  readonly isAsked: Effect.Effect<boolean>
  /** Syncs by the schedule, or because it was asked for. */
  readonly sync: (why: SyncReason) => typeof syncToFile
}

/** Why there is a sync. */
export type SyncReason = "due" | "asked"

/** Where the syncs of a connection go: to the file of its settings. */
export const SyncPlace = Context.Reference<SyncPlaces>("@rollcall/worker/SyncPlace", {
  defaultValue: () => ({ earlier: Effect.undefined, isAsked: Effect.succeed(true), sync: () => syncToFile }),
})
