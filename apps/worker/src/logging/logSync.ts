// What a sync tells, as log lines: its milestones at info, its pages at debug. Numbers, ids and sentences, no records.
import type { SyncEvent } from "@rollcall/connector"
import type { FinishedSync } from "@rollcall/host/sync"
import { gapsOf } from "@rollcall/host/sync"
import { Effect } from "effect"

/** How syncs are logged. */
export interface SyncLogOptions {
  /** The gaps of a sync that was published are an error (`BATON_STRICT`). */
  readonly strict: boolean
}

/** Logs what one sync tells; each line bears its id once it is known. */
export const syncLog = ({ strict }: SyncLogOptions): ((event: SyncEvent) => Effect.Effect<void>) => {
  let syncId: string | undefined
  return (event) => {
    if (event._tag === "SyncOpened") syncId = event.sync.syncId
    const lines =
      strict && event._tag === "Published" ? Effect.andThen(logEvent(event), logGaps(event)) : logEvent(event)
    return syncId === undefined ? lines : Effect.annotateLogs(lines, { syncId })
  }
}

/** All of them, as a sync that was continued tells again only of those that it has found since. */
const logGaps = (published: Extract<SyncEvent, { readonly _tag: "Published" }>) => {
  const gaps = gapsOf(published)
  return gaps.length === 0
    ? Effect.void
    : Effect.logError(`BATON_STRICT allows no gaps, but the sync lacks ${gaps.map((gap) => gap.missing).join("; ")}.`)
}

const logEvent = (event: SyncEvent): Effect.Effect<void> => {
  switch (event._tag) {
    case "SyncOpened":
      return Effect.logInfo(event.sync.resumed ? "Sync resumed." : "Sync started.").pipe(
        Effect.annotateLogs({
          tenant: event.tenant.id,
          steps: event.steps,
          ...(event.sync.restartReason === undefined ? {} : { restartReason: event.sync.restartReason }),
        }),
      )
    case "StepStarted":
      return Effect.logDebug("Step started.").pipe(Effect.annotateLogs({ step: event.step, resumed: event.resumed }))
    case "PageCommitted":
      return Effect.logDebug("Page stored.").pipe(
        Effect.annotateLogs({ step: event.step, pages: event.pages, records: event.records }),
      )
    case "StepRestarted":
      return Effect.logWarning("Step restarted.").pipe(
        Effect.annotateLogs({ step: event.step, because: event.because }),
      )
    case "StepEnded":
      return Effect.logInfo("Step finished.").pipe(
        Effect.annotateLogs({ step: event.step, pages: event.pages, records: event.records }),
      )
    case "GapFound":
      return Effect.logWarning(`The sync goes without ${event.gap.missing}: ${event.gap.explanation}`).pipe(
        Effect.annotateLogs({ step: event.step }),
      )
    case "Warned":
      return Effect.logWarning(event.warning.message).pipe(
        Effect.annotateLogs({ code: event.warning.code, ...(event.step === undefined ? {} : { step: event.step }) }),
      )
    case "Publishing":
      return Effect.logInfo("Everything is read; the file is being published.")
    case "Published":
      return Effect.logInfo("Sync published.").pipe(Effect.annotateLogs({ counts: event.sync.counts }))
  }
}

/** Logs what became of a sync to a file. */
export const logFinishedSync = Effect.fnUntraced(function* ({ summary, file, calls, milliseconds }: FinishedSync) {
  yield* Effect.logInfo(`${summary.tenant.displayName} (${summary.tenant.id}) is in ${file}.`).pipe(
    Effect.annotateLogs({ syncId: summary.published.syncId, calls, milliseconds, resumed: summary.resumed }),
  )
  for (const note of summary.published.notes) yield* Effect.logInfo(note)
})
