// Standalone mode: the same sync as `rollcall sync`, again and again, into one file that is replaced whole.
import { readSyncs } from "@rollcall/access"
import type { Settings } from "@rollcall/config"
import { sentenceOf, SyncEvents } from "@rollcall/connector"
import type { OpenConnector, requestFields, shrinkFields, storeFields } from "@rollcall/host"
import { requestOf } from "@rollcall/host"
import type { Timetable } from "@rollcall/host/schedule"
import { Clock, Effect, Semaphore, Stream } from "effect"
import type { AfterSync, FollowUp } from "../afterSync.ts"
import { WorkGate } from "../connections/WorkGate.ts"
import { Readiness } from "../health/Readiness.ts"
import { logFinishedSync, syncLog } from "../logging/logEvents.ts"
import type { SyncMetrics } from "../metrics/syncMetrics.ts"
import { makeSyncMetrics } from "../metrics/syncMetrics.ts"
import { retrySync } from "./retrySync.ts"
import { dueAfter, firstDue, onTimetable } from "./onTimetable.ts"
import type { SyncReason } from "./SyncPlace.ts"
import { SyncPlace } from "./SyncPlace.ts"

type SyncSettings = Settings<typeof storeFields> & Settings<typeof shrinkFields> & Settings<typeof requestFields>

/** Syncs as the timetable says, for ever; fails only where no later attempt could do better. */
export const runStandalone = Effect.fnUntraced(function* (
  open: OpenConnector,
  settings: SyncSettings,
  timetable: Timetable,
  followUp: FollowUp,
  compareLeases: AfterSync,
) {
  const { set } = yield* Readiness
  yield* set({ _tag: "Ready" })
  const startedAt = yield* Clock.currentTimeMillis
  const syncs = yield* makeSyncMetrics(open.connector, (endedAt) =>
    endedAt === undefined ? firstDue(timetable, startedAt) : dueAfter(timetable, endedAt),
  )
  const { planned } = syncs
  const follow = yield* followUp({
    tempDirectory: settings["c1z-temp-dir"],
    toldDrift: `${settings.file}.drift.json`,
  })
  const afterSync: AfterSync = (finished) => Effect.andThen(compareLeases(finished), follow(finished))
  const { opened, asked } = yield* WorkGate
  const { earlier, isAsked } = yield* SyncPlace
  const alone = yield* Semaphore.make(1)
  const tried = (why: SyncReason) => retrySync(syncOnce(why, open, settings, syncs, afterSync), planned)
  const due = alone.withPermit(Effect.andThen(opened, tried("due")))
  const askedFor = alone.withPermit(Effect.andThen(opened, Effect.when(tried("asked"), isAsked)))
  const earlierRuns = yield* earlier
  const { publishedAt } = earlierRuns ?? {}
  return yield* Effect.andThen(
    publishedAt === undefined ? Effect.forkScoped(restoreAge(settings, syncs)) : syncs.succeededBefore(publishedAt),
    Effect.raceFirst(
      onTimetable(due, timetable, planned, earlierRuns),
      Effect.forever(Effect.andThen(asked, askedFor)),
    ),
  )
}, Effect.scoped)

/** How old the file's data is. Where the file cannot be read, the sync that would replace it says why. */
const restoreAge = ({ file: path, "c1z-temp-dir": tempDirectory }: SyncSettings, syncs: SyncMetrics) =>
  Effect.gen(function* () {
    const found = yield* readSyncs(path, { tempDirectory })
    const ends = found.format === "v1" ? yield* Stream.runCollect(found.syncs) : []
    const times = ends.flatMap(({ endedAt }) => (endedAt === undefined ? [] : [Date.parse(endedAt)]))
    for (const time of times.filter(Number.isFinite)) yield* syncs.succeededBefore(time)
  }).pipe(
    Effect.scoped,
    Effect.catch((error) => Effect.logDebug(`The age of the last sync is not known. ${sentenceOf(error)}`)),
  )

const syncOnce = (
  why: SyncReason,
  open: OpenConnector,
  settings: SyncSettings,
  syncs: SyncMetrics,
  afterSync: AfterSync,
) =>
  Effect.suspend(() => {
    const log = syncLog(settings)
    const { observe, ended } = syncs.start()
    return SyncPlace.pipe(
      Effect.flatMap((place) => place.sync(why)(open, settings, requestOf(settings))),
      Effect.provideService(SyncEvents, (event) => Effect.andThen(observe(event), log(event))),
      Effect.tap((finished) => Effect.andThen(ended("success"), logFinishedSync(finished))),
      Effect.tapError((error) =>
        Effect.andThen(
          ended("error", sentenceOf(error)),
          Effect.annotateLogs(Effect.logError(`The sync failed. ${sentenceOf(error)}`), { kind: error.kind }),
        ),
      ),
      Effect.onInterrupt(() =>
        Effect.andThen(ended("cancelled"), Effect.logInfo("The sync was stopped; the next one continues it.")),
      ),
      Effect.flatMap(afterSync),
    )
  })
