// Standalone mode: the same sync as `rollcall sync`, again and again, into one file that is replaced whole.
import type { Settings } from "@rollcall/config"
import { sentenceOf, SyncEvents } from "@rollcall/connector"
import type { OpenConnector, requestFields, shrinkFields, storeFields } from "@rollcall/host"
import { requestOf } from "@rollcall/host"
import { syncToFile } from "@rollcall/host/sync"
import { Effect } from "effect"
import { Readiness } from "../health/Readiness.ts"
import { logFinishedSync, syncLog } from "../logging/logSync.ts"
import { measureSyncEvent, syncEnded } from "../metrics/syncMetrics.ts"
import { persistently } from "./persistently.ts"
import type { Timetable } from "./Timetable.ts"
import { onTimetable } from "./Timetable.ts"

type SyncSettings = Settings<typeof storeFields> & Settings<typeof shrinkFields> & Settings<typeof requestFields>

/** Syncs as the timetable says, for ever; fails only where no later attempt could do better. */
export const runStandalone = Effect.fnUntraced(function* (
  open: OpenConnector,
  settings: SyncSettings,
  timetable: Timetable,
) {
  const { becomes } = yield* Readiness
  yield* becomes({ _tag: "Ready" })
  return yield* onTimetable(persistently(syncOnce(open, settings)), timetable)
})

const syncOnce = (open: OpenConnector, settings: SyncSettings) =>
  Effect.suspend(() => {
    const log = syncLog(settings)
    return syncToFile(open, settings, requestOf(settings)).pipe(
      Effect.provideService(SyncEvents, (event) => Effect.andThen(measureSyncEvent(event), log(event))),
      Effect.tap((finished) => Effect.andThen(syncEnded("success"), logFinishedSync(finished))),
      Effect.tapError((error) =>
        Effect.andThen(
          syncEnded("error"),
          Effect.annotateLogs(Effect.logError(`The sync failed. ${sentenceOf(error)}`), { kind: error.kind }),
        ),
      ),
      Effect.onInterrupt(() =>
        Effect.andThen(syncEnded("cancelled"), Effect.logInfo("The sync was stopped; the next one continues it.")),
      ),
      Effect.asVoid,
    )
  })
