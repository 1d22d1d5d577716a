// What is counted of the work for ConductorOne.
import { c1Methods } from "@rollcall/c1-client"
import type { C1Event, TaskKind } from "@rollcall/c1-tasks"
import { taskKinds } from "@rollcall/c1-tasks"
import { Context, Effect, Metric } from "effect"
import { calls, ConnectorMetrics } from "./ConnectorMetrics.ts"
import type { SyncMeter, SyncMetrics } from "./syncMetrics.ts"

const tasks = Metric.counter("rollcall_tasks_total", {
  description:
    "Tasks that ended, by kind and outcome: success, error, or unreported if ConductorOne could not be reached.",
  incremental: true,
})
const taskSeconds = Metric.histogram("rollcall_task_duration_seconds", {
  description: "Time from the receipt of a task until its end was reported to ConductorOne, by kind.",
  boundaries: [0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200],
})
const running = Metric.gauge("rollcall_tasks_running", { description: "Tasks that are running, by kind." })
const polls = Metric.counter("rollcall_polls_total", {
  description: "Polls for tasks, by outcome: success, error.",
  incremental: true,
})
const heartbeats = Metric.counter("rollcall_heartbeats_total", {
  description: "Heartbeats of syncs, by outcome: success, error.",
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

/** Is told of what happens between a connection and ConductorOne, besides what is counted. */
export const TaskWatch = Context.Reference<(event: C1Event) => Effect.Effect<void>>("@rollcall/worker/TaskWatch", {
  defaultValue: () => () => Effect.void,
})

/** gRPC's code of what was cancelled. https://grpc.io/docs/guides/status-codes */
const cancelled = 1

interface RunningTask {
  readonly kind: TaskKind
  /** Of a full sync, unless it is skipped. */
  sync?: SyncMeter | undefined
  isUploaded?: true
}

/** Counts the events of one loop. */
export const makeTaskMetrics = Effect.fnUntraced(function* (
  syncs: SyncMetrics,
): Effect.fn.Return<(event: C1Event) => Effect.Effect<void>, never, ConnectorMetrics> {
  const { update, add, declare } = yield* ConnectorMetrics
  const outcomes = [{ outcome: "success" }, { outcome: "error" }]
  for (const counter of [polls, heartbeats, uploads]) yield* declare(counter, outcomes)
  yield* declare(uploadedBytes)
  yield* declare(
    calls,
    c1Methods.map((method) => ({ system: "c1", method, result: "ok" })),
  )
  yield* declare(
    tasks,
    taskKinds.flatMap((kind) => [...outcomes, { outcome: "unreported" }].map(({ outcome }) => ({ kind, outcome }))),
  )

  const known = new Map<string, RunningTask>()
  const change = (taskId: string, how: (task: RunningTask) => void) =>
    Effect.sync(() => {
      const task = known.get(taskId)
      if (task !== undefined) how(task)
    })
  /** Forgets a task that has ended. */
  const leave = (taskId: string) =>
    Effect.suspend(() => {
      const task: RunningTask = known.get(taskId) ?? { kind: "unknown" }
      known.delete(taskId)
      return Effect.as(add(running, -1, { kind: task.kind }), task)
    })

  const finished = Effect.fnUntraced(function* ({
    taskId,
    kind,
    end,
    millis,
  }: Extract<C1Event, { readonly _tag: "TaskFinished" }>) {
    const { sync } = yield* leave(taskId)
    yield* update(tasks, 1, { kind, outcome: end.outcome })
    yield* update(taskSeconds, millis / 1000, { kind })
    yield* sync?.ended(end.code === cancelled ? "cancelled" : end.outcome, end.message) ?? Effect.void
  })
  const unreported = Effect.fnUntraced(function* (taskId: string) {
    const { kind, sync, isUploaded = false } = yield* leave(taskId)
    yield* update(tasks, 1, { kind, outcome: "unreported" })
    yield* sync?.ended(isUploaded ? "success" : "error") ?? Effect.void
  })

  return (event) => {
    switch (event._tag) {
      case "Polled":
        return update(polls, 1, { outcome: "success" })
      case "PollFailed":
        return update(polls, 1, { outcome: "error" })
      case "HeartbeatSent":
        return update(heartbeats, 1, { outcome: "success" })
      case "HeartbeatFailed":
        return update(heartbeats, 1, { outcome: "error" })
      case "TaskReceived":
        known.set(event.taskId, {
          kind: event.kind,
          sync: event.kind === "syncFull" ? syncs.start() : undefined,
        })
        return add(running, 1, { kind: event.kind })
      case "TaskFinished":
        return finished(event)
      case "FinishFailed":
        return event.retryMillis === undefined ? unreported(event.taskId) : Effect.void
      case "SyncProgress":
        return known.get(event.taskId)?.sync?.observe(event.event) ?? Effect.void
      case "SyncSkipped":
        return change(event.taskId, (task) => void (task.sync = undefined))
      case "UploadFailed":
        return update(uploads, 1, { outcome: "error" })
      case "UploadFinished":
        return Effect.all(
          [
            change(event.taskId, (task) => void (task.isUploaded = true)),
            update(uploads, 1, { outcome: "success" }),
            update(uploadedBytes, event.bytes),
          ],
          { discard: true },
        )
      default:
        return Effect.void
    }
  }
})
