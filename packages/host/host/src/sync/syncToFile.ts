// One sync from an open connector into the file that the settings name: engine and store put together, for every app.
import { workStoreLayer } from "@rollcall/c1z"
import type { Settings } from "@rollcall/config"
import type { OpenSync, SyncRequest, SyncSummary } from "@rollcall/connector"
import { runSync, SyncEvents } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import type { OpenConnector } from "../modules/ModuleList.ts"
import type { ReplaceFlags, shrinkFields, storeFields } from "../syncSettings.ts"
import { replacePolicyOf } from "../syncSettings.ts"
import { keepHeapTight } from "./tightHeap.ts"

/** A finished sync and what only its runner knows. */
export interface FinishedSync {
  readonly summary: SyncSummary
  readonly file: string
  /** Why an unfinished sync that lay beside the file was not taken up. */
  readonly restartReason?: NonNullable<OpenSync["restartReason"]>
  readonly calls: number
  readonly milliseconds: number
}

/** Syncs to the file. An interruption leaves what was read to the next run. */
export const syncToFile = Effect.fn("Sync.toFile")(function* (
  { connector, calls }: OpenConnector,
  settings: Settings<typeof storeFields> & Settings<typeof shrinkFields>,
  request: SyncRequest,
  flags: ReplaceFlags = {},
) {
  keepHeapTight()
  const begun = yield* Clock.currentTimeMillis
  const callsBefore = yield* calls
  const store = workStoreLayer({
    output: settings.file,
    keepSyncs: settings["keep-sync-count"],
    skipCleanup: settings["skip-cleanup"],
    ...(settings["c1z-temp-dir"] === undefined ? {} : { tempDirectory: settings["c1z-temp-dir"] }),
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
    ...(restartReason === undefined ? {} : { restartReason }),
    calls: (yield* calls) - callsBefore,
    milliseconds: (yield* Clock.currentTimeMillis) - begun,
  }
  return finished
})
