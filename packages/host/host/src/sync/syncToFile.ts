// One sync from an open connector into the file that the settings name: engine and store put together, for every app.
import type { WorkStoreOptions } from "@rollcall/c1z"
import { workStoreLayer } from "@rollcall/c1z"
import type { Settings } from "@rollcall/config"
import type { Gap, OpenSync, StoreError, SyncRequest, SyncStore, SyncSummary } from "@rollcall/connector"
import { runSync, SyncEvents, unexpectedGaps } from "@rollcall/connector"
import type { Layer } from "effect"
import { Clock, Context, Effect } from "effect"
import { keepHeapTight } from "../keepHeapTight.ts"
import type { OpenConnector } from "../modules/ModuleList.ts"
import type { ReplaceFlags, shrinkFields, storeFields } from "../syncSettings.ts"
import { replacePolicyOf } from "../syncSettings.ts"

/** A finished sync and what only its runner knows. */
export interface FinishedSync {
  readonly summary: SyncSummary
  readonly file: string
  /** Its name where it was stored for others, if it was. */
  readonly storedAs?: string | undefined
  /** Why an unfinished sync that lay beside the file was not taken up. */
  readonly restartReason?: OpenSync["restartReason"] | undefined
  readonly calls: number
  readonly milliseconds: number
}

/** The store of a sync that ends in a file: the work file beside it, unless what is read is kept elsewhere too. */
export const OutputStore = Context.Reference<(options: WorkStoreOptions) => Layer.Layer<SyncStore, StoreError>>(
  "@rollcall/host/OutputStore",
  { defaultValue: () => workStoreLayer },
)

/** Syncs to the file. An interruption leaves what was read to the next run. */
export const syncToFile = Effect.fn("Sync.toFile")(function* (
  { connector, calls }: OpenConnector,
  settings: Settings<typeof storeFields> & Settings<typeof shrinkFields>,
  request: SyncRequest,
  flags: ReplaceFlags = {},
) {
  keepHeapTight(growthInSync)
  const begun = yield* Clock.currentTimeMillis
  const callsBefore = yield* calls
  const store = (yield* OutputStore)({
    output: settings.file,
    keepSyncs: settings["keep-sync-count"],
    skipCleanup: settings["skip-cleanup"],
    tempDirectory: settings["c1z-temp-dir"],
  })
  const tell = yield* SyncEvents
  let restartReason: OpenSync["restartReason"]
  const summary = yield* runSync(connector, request, replacePolicyOf(settings, begun, flags)).pipe(
    Effect.provide(store),
    Effect.provideService(SyncEvents, (event) => {
      if (event._tag === "SyncOpened") restartReason = event.sync.restartReason
      return tell(event)
    }),
  )
  const finished: FinishedSync = {
    summary,
    file: settings.file,
    restartReason,
    calls: (yield* calls) - callsBefore,
    milliseconds: (yield* Clock.currentTimeMillis) - begun,
  }
  return finished
})

/** Little of a sync grows old, so that what it leaves is collected less often, for 3 MB more. */
const growthInSync = 60

/**
 * What scope, plan or settings kept out. What was left out on request is no gap, nor what a quick sync does not read, nor is what no
 * sync promises, nor what only a credential reads that was not given.
 */
export const gapsOf = ({ coverage }: Pick<SyncSummary, "coverage">): ReadonlyArray<Gap> =>
  unexpectedGaps(coverage).filter(({ reason }) => !asAskedFor.includes(reason))

const asAskedFor: ReadonlyArray<Gap["reason"]> = ["request", "quick", "furtherCredential"]
