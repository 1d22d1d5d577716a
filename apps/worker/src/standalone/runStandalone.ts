// Standalone mode: the same sync as `rollcall sync`, again and again, into one file that is replaced whole.
import type { Settings } from "@rollcall/config"
import { isFailure, SyncEvents } from "@rollcall/connector"
import type { OpenConnector, requestFields, storeFields } from "@rollcall/connector-registry"
import { requestOf } from "@rollcall/connector-registry"
import { syncToFile } from "@rollcall/connector-registry/sync"
import { Effect, Schedule } from "effect"
import { Readiness } from "../health/Readiness.ts"
import { logFinishedSync, syncLog } from "../logging/logSync.ts"
import { measureSyncEvent, syncEnded } from "../metrics/syncMetrics.ts"
import type { Timetable } from "./Timetable.ts"
import { onTimetable } from "./Timetable.ts"

type SyncSettings = Settings<typeof storeFields> & Settings<typeof requestFields>

/** Syncs as the timetable says, for ever; fails only where no later attempt could do better. */
export const runStandalone = Effect.fn("Worker.standalone")(function* (
  open: OpenConnector,
  settings: SyncSettings,
  timetable: Timetable,
) {
  const { becomes } = yield* Readiness
  yield* becomes({ _tag: "Ready" })
  return yield* onTimetable(withRetries(syncOnce(open, settings)), timetable)
})

const syncOnce = (open: OpenConnector, settings: SyncSettings) =>
  Effect.suspend(() => {
    const log = syncLog()
    return syncToFile(open, settings, requestOf(settings)).pipe(
      Effect.provideService(SyncEvents, (event) => Effect.andThen(measureSyncEvent(event), log(event))),
      Effect.tap((finished) => Effect.andThen(syncEnded("success"), logFinishedSync(finished, settings.strict))),
      Effect.tapError((error) =>
        Effect.andThen(
          syncEnded("error"),
          Effect.annotateLogs(Effect.logError(`The sync failed. ${error.message} ${error.hint}`), { kind: error.kind }),
        ),
      ),
      Effect.onInterrupt(() =>
        Effect.andThen(syncEnded("cancelled"), Effect.logInfo("The sync was stopped; the next one continues it.")),
      ),
      Effect.asVoid,
    )
  })

/** After 1, 2, 4, 8 and 16 minutes; then the timetable goes on. What was read is kept, so an attempt is a continuation. */
const soonAgain = Schedule.exponential("1 minute").pipe(Schedule.upTo({ times: 5 }))

/** A wrong setting stays wrong until somebody restarts the worker with another; everything else may pass. */
const withRetries = <E, R>(sync: Effect.Effect<void, E, R>): Effect.Effect<void, E, R> =>
  sync.pipe(
    Effect.retry(
      soonAgain.pipe(
        Schedule.setInputType<E>(),
        Schedule.while(({ input }) => mayPass(input)),
      ),
    ),
    Effect.catch((error) => (mayPass(error) ? Effect.void : Effect.fail(error))),
  )

const mayPass = (error: unknown): boolean => !isFailure(error) || error.kind !== "configuration"
