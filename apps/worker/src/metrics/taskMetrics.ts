// What is counted of the work for ConductorOne.
import type { C1Event } from "@rollcall/c1-tasks"
import { Effect, Metric } from "effect"
import { measureSyncEvent, syncEnded } from "./syncMetrics.ts"

const tasks = Metric.counter("rollcall_tasks_total", {
  description:
    "Tasks that ended, by kind and outcome: success, error, or unreported where ConductorOne could not be told.",
  incremental: true,
})
const taskSeconds = Metric.histogram("rollcall_task_duration_seconds", {
  description: "From the receipt of a task until ConductorOne knew its end, by kind.",
  boundaries: [0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200],
})
const running = Metric.gauge("rollcall_tasks_running", { description: "Tasks that are on their way, by kind." })
const polls = Metric.counter("rollcall_polls_total", {
  description: "Polls for tasks, by outcome: success, error.",
  incremental: true,
})
const heartbeats = Metric.counter("rollcall_heartbeats_total", {
  description: "Signs of life of syncs, by outcome: success, error.",
  incremental: true,
})
const uploads = Metric.counter("rollcall_uploads_total", {
  description: "Attempts to upload a file, by outcome: success, error.",
  incremental: true,
})
const uploadedBytes = Metric.counter("rollcall_upload_bytes_total", {
  description: "Bytes of the files that were uploaded.",
  incremental: true,
})

const counted = (metric: Metric.Counter<number>, attributes: Readonly<Record<string, string>>) =>
  Metric.update(Metric.withAttributes(metric, attributes), 1)

/** gRPC's code of what was cancelled. https://grpc.io/docs/guides/status-codes */
const cancelled = 1

/** Counts what the client of one loop tells. */
export const taskMetrics = (): ((event: C1Event) => Effect.Effect<void>) => {
  const kinds = new Map<string, string>()
  const leaves = (taskId: string) => {
    const kind = kinds.get(taskId) ?? "unknown"
    kinds.delete(taskId)
    return Metric.modify(Metric.withAttributes(running, { kind }), -1)
  }

  return (event) => {
    switch (event._tag) {
      case "Polled":
        return counted(polls, { outcome: "success" })
      case "PollFailed":
        return counted(polls, { outcome: "error" })
      case "HeartbeatSent":
        return counted(heartbeats, { outcome: "success" })
      case "HeartbeatLost":
        return counted(heartbeats, { outcome: "error" })
      case "TaskReceived":
        kinds.set(event.taskId, event.kind)
        return Metric.modify(Metric.withAttributes(running, { kind: event.kind }), 1)
      case "TaskFinished":
        return Effect.andThen(leaves(event.taskId), finished(event))
      case "FinishFailed": {
        if (event.retryMillis !== undefined) return Effect.void
        const kind = kinds.get(event.taskId) ?? "unknown"
        return Effect.andThen(leaves(event.taskId), counted(tasks, { kind, outcome: "unreported" }))
      }
      case "SyncProgress":
        return measureSyncEvent(event.event)
      case "UploadFailed":
        return counted(uploads, { outcome: "error" })
      case "UploadFinished":
        return Effect.andThen(counted(uploads, { outcome: "success" }), Metric.update(uploadedBytes, event.bytes))
      default:
        return Effect.void
    }
  }
}

const finished = ({ kind, end, millis }: Extract<C1Event, { readonly _tag: "TaskFinished" }>) =>
  Effect.all(
    [
      counted(tasks, { kind, outcome: end.outcome }),
      Metric.update(Metric.withAttributes(taskSeconds, { kind }), millis / 1000),
      kind === "syncFull" ? syncEnded(end.code === cancelled ? "cancelled" : end.outcome) : Effect.void,
    ],
    { discard: true },
  )
