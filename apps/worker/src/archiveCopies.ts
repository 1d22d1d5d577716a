// Dated copies of published syncs in the archive, in either mode of the worker: counted, logged, and never a reason to stop.
import type { Settings } from "@rollcall/config"
import { sentenceOf } from "@rollcall/connector"
import type { archiveFields } from "@rollcall/host"
import type { ArchivableSync, ArchiveOptions } from "@rollcall/host/archive"
import { Effect, Metric } from "effect"
import { ConnectorMetrics } from "./metrics/ConnectorMetrics.ts"

const copies = Metric.counter("rollcall_archive_copies_total", {
  description: "Copies of published syncs to the archive, by outcome: success, error.",
  incremental: true,
})

/**
 * How the worker copies a published sync. Where that fails, or is interrupted, it warns, and the next sync is copied again. Without an
 * archive it does nothing.
 */
export const makeArchiver = Effect.fnUntraced(function* (
  settings: Settings<typeof archiveFields>,
  options: ArchiveOptions,
): Effect.fn.Return<(sync: ArchivableSync) => Effect.Effect<void>, never, ConnectorMetrics> {
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
