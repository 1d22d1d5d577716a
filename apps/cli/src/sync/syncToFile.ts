// One sync from a connector into a file: engine, store and progress put together.
import { workStoreLayer } from "@rollcall/c1z"
import type { Settings } from "@rollcall/config"
import type { OpenSync, SyncRequest } from "@rollcall/connector"
import { runSync, SyncEvents } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import type { storeFields } from "../commands/syncFields.ts"
import type { OpenConnector } from "@rollcall/connector-registry"
import { SignalMeaning } from "../SignalMeaning.ts"
import { withProgress } from "./drawProgress.ts"
import type { FinishedSync } from "./summary.ts"
import { keepHeapTight } from "./tightHeap.ts"

/** Syncs to the file that the settings name. An interruption leaves what was read to the next run. */
export const syncToFile = Effect.fn("Cli.syncToFile")(function* (
  { connector, calls }: OpenConnector,
  settings: Settings<typeof storeFields>,
  request: SyncRequest,
  options: { readonly showProgress: boolean },
) {
  keepHeapTight()
  const begun = yield* Clock.currentTimeMillis
  const store = workStoreLayer({
    output: settings.file,
    keepSyncs: settings["keep-sync-count"],
    skipCleanup: settings["skip-cleanup"],
    ...(settings["c1z-temp-dir"] === undefined ? {} : { tempDirectory: settings["c1z-temp-dir"] }),
  })
  const meaning = yield* SignalMeaning
  let startedAnew: OpenSync["startedAnew"]
  const summary = yield* runSync(connector, request).pipe(
    Effect.provide(store),
    (sync) => withProgress(sync, { shown: options.showProgress }),
    Effect.provideService(SyncEvents, (event) =>
      Effect.sync(() => {
        if (event._tag === "SyncOpened") startedAnew = event.sync.startedAnew
        // The file has been replaced, so the command may only end as a sync that is done.
        if (event._tag === "Published") meaning.comesTooLate = true
      }),
    ),
  )
  const finished: FinishedSync = {
    summary,
    file: settings.file,
    ...(startedAnew === undefined ? {} : { startedAnew }),
    calls: yield* calls,
    milliseconds: (yield* Clock.currentTimeMillis) - begun,
  }
  return finished
})
