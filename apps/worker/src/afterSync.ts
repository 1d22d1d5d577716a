// What is done with a published sync in either mode of the worker: a dated copy in the archive, and the comparison with a desired state.
// Both are counted and logged, and never a reason to stop.
import type { ConfigError, Settings } from "@rollcall/config"
import type { StoreError, SyncSummary } from "@rollcall/connector"
import { sentenceOf } from "@rollcall/connector"
import type { archiveFields, OpenConnector } from "@rollcall/host"
import type { ArchiveOptions } from "@rollcall/host/archive"
import type { Scope } from "effect"
import { Context, Effect, Metric } from "effect"
import { ConnectorMetrics } from "./metrics/ConnectorMetrics.ts"
import type { WorkerConfig } from "@rollcall/host/worker-fields"

/** A published sync and its file. */
export interface PublishedSync {
  readonly summary: Pick<SyncSummary, "tenant" | "kind" | "published" | "coverage">
  readonly file: string
}

/** What is done with a published sync before the next one. It never fails. */
export type AfterSync = (sync: PublishedSync) => Effect.Effect<void>

/** Where what follows a sync keeps its files. */
export interface FollowUpPlaces {
  readonly tempDirectory: string | undefined
  /** The file of what was notified of drift, unless that is kept elsewhere (`ToldDrift`). */
  readonly toldDrift: string
}

/** Where it is kept what was notified of drift. */
export interface KeptText {
  /** As people know it: the file, or `the database`. */
  readonly place: string
  /** What was kept last, and nothing where nothing was. */
  readonly read: Effect.Effect<string | undefined, StoreError>
  /** Whether it is kept; `false` where another worker has taken over, who says what is to be said. */
  readonly write: (text: string) => Effect.Effect<boolean, StoreError>
}

/** Where it is kept what was notified of drift by whichever worker; in a file of this one by default. */
export const ToldDrift = Context.Reference<KeptText | undefined>("@rollcall/worker/ToldDrift", {
  defaultValue: () => undefined,
})

/** Prepares what follows the syncs of one worker. What takes long runs beside them, and ends with the scope. */
export type FollowUp = (places: FollowUpPlaces) => Effect.Effect<AfterSync, never, ConnectorMetrics | Scope.Scope>

const copies = Metric.counter("rollcall_archive_copies_total", {
  description: "Copies of published syncs to the archive, by outcome: success, error.",
  incremental: true,
})

/** What follows the syncs of a worker with these settings. Fails where they name a desired state that cannot be read. */
export const followUps = Effect.fnUntraced(function* (
  settings: WorkerConfig["settings"],
  archived: Pick<ArchiveOptions, "retention" | "meanings">,
): Effect.fn.Return<(open: OpenConnector) => FollowUp, ConfigError> {
  const desired = settings["drift-file"]
  const archiver = ({ tempDirectory }: FollowUpPlaces) => makeArchiver(settings, { ...archived, tempDirectory })
  if (desired === undefined) return () => archiver
  const { checkDriftSettings, makeDriftWatch } = yield* Effect.promise(() => import("./drift/watchDrift.ts"))
  yield* checkDriftSettings(desired, settings)
  return ({ connector }) =>
    (places) =>
      Effect.zipWith(
        archiver(places),
        makeDriftWatch(desired, settings, connector, places),
        (archive, compare) => (sync) => Effect.andThen(archive(sync), compare(sync)),
      )
})

/**
 * How the worker copies a published sync. Where that fails, or is interrupted, it warns, and the next sync is copied again. Without an
 * archive it does nothing.
 */
const makeArchiver = Effect.fnUntraced(function* (
  settings: Settings<typeof archiveFields>,
  options: ArchiveOptions,
): Effect.fn.Return<AfterSync, never, ConnectorMetrics> {
  if (settings.archive === undefined) return () => Effect.void
  const { archiveSync } = yield* Effect.promise(() => import("@rollcall/host/archive"))
  const { update, declare } = yield* ConnectorMetrics
  yield* declare(copies, [{ outcome: "success" }, { outcome: "error" }])
  const failed = (why: string, kind?: string) =>
    Effect.andThen(
      update(copies, 1, { outcome: "error" }),
      Effect.annotateLogs(Effect.logWarning(`The sync was not archived. ${why}`), kind === undefined ? {} : { kind }),
    )
  return (sync) =>
    archiveSync(settings, sync, options).pipe(
      Effect.matchEffect({
        onSuccess: (path) =>
          Effect.andThen(update(copies, 1, { outcome: "success" }), Effect.logInfo(`The sync is archived as ${path}.`)),
        onFailure: (error) => failed(sentenceOf(error), error.kind),
      }),
      Effect.onInterrupt(() => failed("The worker stopped before the copy was complete.")),
      Effect.annotateLogs({ syncId: sync.summary.published.syncId }),
    )
})
