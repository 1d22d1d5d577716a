// What is counted of events that are rare in a day's work.
import { assert, it } from "@effect/vitest"
import { C1Error } from "@rollcall/c1-client"
import type { C1Event } from "@rollcall/c1-tasks"
import { Effect } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { measureWait } from "../src/metrics/callMetrics.ts"
import { taskMetrics } from "../src/metrics/taskMetrics.ts"

const error = new C1Error({ reason: "Unavailable", message: "It is away.", hint: "Wait." })

it.effect("failures of every kind, tasks of which nobody could be told, and the time of waits are counted", () =>
  Effect.gen(function* () {
    const events: ReadonlyArray<C1Event> = [
      { _tag: "PollFailed", error, inARow: 1, retryMillis: 1000 },
      { _tag: "TaskReceived", taskId: "T1", kind: "grant" },
      { _tag: "HeartbeatLost", taskId: "T1", error, inARow: 1 },
      { _tag: "UploadFailed", taskId: "T1", attempt: 1, error },
      { _tag: "FinishFailed", taskId: "T1", error, retryMillis: 1000 },
      { _tag: "FinishFailed", taskId: "T1", error },
    ]
    yield* Effect.forEach(events, taskMetrics(), { discard: true })
    yield* measureWait({ key: "slack T1 users.list", reason: "cooldown", millis: 1500 })
    const metrics = yield* PrometheusMetrics.format()
    for (const line of [
      'rollcall_polls_total{outcome="error"} 1',
      'rollcall_heartbeats_total{outcome="error"} 1',
      'rollcall_uploads_total{outcome="error"} 1',
      'rollcall_tasks_total{kind="grant",outcome="unreported"} 1',
      'rollcall_tasks_running{kind="grant"} 0',
      'rollcall_call_waits_total{key="slack T1 users.list",reason="cooldown"} 1',
      'rollcall_call_wait_seconds_total{key="slack T1 users.list",reason="cooldown"} 1.5',
    ]) {
      assert.include(metrics, `${line}\n`)
    }
  }),
)
