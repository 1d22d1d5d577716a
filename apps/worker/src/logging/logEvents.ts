// What the worker logs. Of a sync: its milestones at info, its pages at debug; numbers, ids and sentences, no records. Of
// what happens between the worker and ConductorOne: each line about a task bears its id, each about a sync the sync's as
// well.
import type { C1Event } from "@rollcall/c1-tasks"
import type { SyncEvent } from "@rollcall/connector"
import { sentenceOf } from "@rollcall/connector"
import type { FinishedSync } from "@rollcall/host/sync"
import { gapsOf } from "@rollcall/host/sync"
import { Effect } from "effect"

/** How syncs are logged. */
interface SyncLogOptions {
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
          steps: event.steps.map(({ id }) => id),
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
export const logFinishedSync = Effect.fnUntraced(function* (finished: FinishedSync) {
  const { summary, file, storedAs = file, calls, milliseconds } = finished
  yield* Effect.logInfo(`${summary.tenant.displayName} (${summary.tenant.id}) is in ${storedAs}.`).pipe(
    Effect.annotateLogs({ syncId: summary.published.syncId, calls, milliseconds, resumed: summary.resumed }),
  )
  for (const note of summary.published.notes) yield* Effect.logInfo(note)
})

/** A log of what the client tells. */
export const taskLog = (options: SyncLogOptions): ((event: C1Event) => Effect.Effect<void>) => {
  const syncs = new Map<string, (event: SyncEvent) => Effect.Effect<void>>()
  const logOf = (taskId: string) => {
    const log = syncs.get(taskId) ?? syncLog(options)
    syncs.set(taskId, log)
    return log
  }
  return (event) => {
    const line = event._tag === "SyncProgress" ? logOf(event.taskId)(event.event) : lineOf(event)
    if (event._tag === "TaskFinished" || (event._tag === "FinishFailed" && event.retryMillis === undefined)) {
      syncs.delete(event.taskId)
    }
    return "taskId" in event ? Effect.annotateLogs(line, { taskId: event.taskId }) : line
  }
}

const lineOf = (event: Exclude<C1Event, { readonly _tag: "SyncProgress" }>): Effect.Effect<void> => {
  switch (event._tag) {
    case "HelloAccepted":
      return Effect.logInfo("Registered with ConductorOne.")
    case "HelloFailed":
      return Effect.annotateLogs(
        Effect.logWarning(`The registration with ConductorOne failed. ${sentenceOf(event.error)}`),
        retry(event),
      )
    case "Polled":
      return Effect.annotateLogs(Effect.logDebug("Polled for tasks."), {
        tasks: event.tasks,
        nextPollMillis: event.nextPollMillis,
      })
    case "PollFailed":
      return Effect.annotateLogs(Effect.logWarning(`A poll for tasks failed. ${sentenceOf(event.error)}`), {
        consecutive: event.consecutive,
        ...retry(event),
      })
    case "TaskReceived":
      return Effect.annotateLogs(Effect.logDebug("Task received."), { kind: event.kind })
    case "ChangeReceived":
      return Effect.void
    case "TaskStarted":
      return Effect.annotateLogs(Effect.logInfo("Task started."), { kind: event.kind })
    case "TaskFinished":
      return finished(event)
    case "FinishFailed":
      return Effect.annotateLogs(
        event.retryMillis === undefined
          ? Effect.logError(`Giving up reporting the end of a task to ConductorOne. ${sentenceOf(event.error)}`)
          : Effect.logWarning(`Reporting the end of a task to ConductorOne failed. ${sentenceOf(event.error)}`),
        retry(event),
      )
    case "HeartbeatSent":
      return Effect.logDebug("A heartbeat was sent.")
    case "HeartbeatFailed":
      return Effect.annotateLogs(Effect.logWarning(`A heartbeat failed. ${sentenceOf(event.error)}`), {
        consecutive: event.consecutive,
      })
    case "TaskCancelled":
      return Effect.annotateLogs(Effect.logWarning("Sync cancelled; what it has read is kept."), { by: event.by })
    case "NoPreviousUpload":
      return Effect.logInfo(
        "No previous upload of this workspace and request is known, so there is nothing to compare with.",
      )
    case "SyncSkipped":
      return Effect.logWarning("Sync skipped because BATON_SKIP_FULL_SYNC is on: nothing is read or uploaded.")
    case "EngineUnsupported":
      return Effect.annotateLogs(Effect.logWarning("The task asks for another storage engine; it gets a v1 file."), {
        engine: event.engine,
      })
    case "UploadProgress":
      return Effect.annotateLogs(Effect.logDebug("Upload in progress."), {
        sentBytes: event.sentBytes,
        totalBytes: event.totalBytes,
      })
    case "UploadFailed":
      return Effect.annotateLogs(Effect.logWarning(`An upload failed. ${sentenceOf(event.error)}`), {
        attempt: event.attempt,
      })
    case "UploadFinished":
      return Effect.annotateLogs(Effect.logInfo("File uploaded."), { bytes: event.bytes })
    case "DebugLogUploaded":
      return Effect.annotateLogs(Effect.logInfo("Debug log uploaded."), { bytes: event.bytes })
    case "DebugLogFailed":
      return Effect.logWarning(`The debug log was not uploaded. ${sentenceOf(event.error)}`)
    case "Stopping":
      return Effect.annotateLogs(Effect.logInfo("Polling stopped; waiting for running tasks."), { tasks: event.tasks })
  }
}

const retry = ({ retryMillis }: { readonly retryMillis?: number }) => (retryMillis === undefined ? {} : { retryMillis })

const finished = ({ kind, end, millis, defect }: Extract<C1Event, { readonly _tag: "TaskFinished" }>) => {
  const annotations = { kind, code: end.code, millis }
  if (defect !== undefined) {
    return Effect.annotateLogs(
      Effect.logError("Task failed because of a bug in Rollcall; please report it.", defect),
      annotations,
    )
  }
  return Effect.annotateLogs(
    end.outcome === "success"
      ? Effect.logInfo("Task succeeded.")
      : Effect.logError(`Task failed. ${end.message ?? ""}`.trim()),
    annotations,
  )
}
