// What /metrics shows of a real worker, and what is counted of events that are rare in a day's work.
import { assert, describe, it } from "@effect/vitest"
import { C1Error } from "@rollcall/c1-client"
import type { C1Event } from "@rollcall/c1-tasks"
import { CallWaits } from "@rollcall/resilience"
import { startSimulator } from "@rollcall/slack-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Layer, Metric } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { join } from "node:path"
import { callMetrics, ConnectorMetrics } from "../src/metrics/ConnectorMetrics.ts"
import { makeSyncMetrics } from "../src/metrics/syncMetrics.ts"
import { makeTaskMetrics } from "../src/metrics/taskMetrics.ts"
import { samplesOf, valuesOf } from "./samplesOf.ts"
import { serviceWorld } from "./serviceWorld.ts"
import { startWorker, until } from "./workerProcess.ts"

/** Once a year, so that a worker syncs only if a test changes it. */
const seldom = "0 3 1 1 *"

/** A Slack, and the settings of a worker on a schedule. */
const scheduled = Effect.gen(function* () {
  const slack = yield* startSimulator({ users: 60, userGroups: 3, rateLimits: "off" })
  const environment = {
    BATON_TOKEN: slack.botToken,
    BATON_BASE_URL: slack.webApiUrl,
    BATON_RATE_LIMITS: "off",
    BATON_FILE: join(yield* scratchFolder("worker"), "sync.c1z"),
    BATON_EVERY: seldom,
  }
  return { environment }
})

type Worker = Effect.Success<ReturnType<typeof startWorker>>

const metricsOf = (worker: Worker) => Effect.map(worker.ask("/metrics"), ({ text }) => text)
/** The id of the workspace that the log names, once it does. */
const workspaceOf = Effect.fnUntraced(function* (worker: Worker) {
  yield* worker.says("The token opens")
  const named = worker.logs().map(({ message }) => /^The token opens .* \((\w+)\)\.$/u.exec(message)?.[1])
  return named.find((id) => id !== undefined) ?? assert.fail("no line names it")
})
/** The first metrics of which this is true; a worker that has just been started does not answer yet. */
const metricsWith = Effect.fnUntraced(function* (worker: Worker, isSo: (text: string) => boolean) {
  let text = ""
  const asked = Effect.map(Effect.option(metricsOf(worker)), (answer) => {
    text = answer._tag === "Some" ? answer.value : ""
    return isSo(text)
  })
  yield* until(asked)
  return text
})
/** Waits until a series has this value. */
const untilShown = (worker: Worker, name: string, labels: Readonly<Record<string, string>>, value: number) =>
  metricsWith(worker, (text) => valuesOf(text, name, labels).includes(value))
const withAge = (text: string) => valuesOf(text, "rollcall_sync_age_seconds").length === 1

const aboutTheProcess = new Set(["rollcall_build_info", "rollcall_telemetry_export_failures_total"])

/** Fails where a series about the connector lacks a label, or has another workspace. */
const assertLabelled = (text: string, connector: string, workspace: string) => {
  const ours = samplesOf(text).filter(({ name }) => name.startsWith("rollcall_") && !aboutTheProcess.has(name))
  assert.isAbove(ours.length, 10)
  for (const { name, labels } of ours) {
    assert.deepStrictEqual([name, labels["connector"], labels["workspace"]], [name, connector, workspace])
  }
}

describe("the metrics of a worker on a schedule", () => {
  it.live("carry connector and workspace, and its counters exist with 0 before the first sync", () =>
    Effect.gen(function* () {
      const { environment } = yield* scheduled
      const worker = yield* startWorker({ environment })
      const workspace = yield* workspaceOf(worker)
      const text = yield* metricsOf(worker)
      assertLabelled(text, "slack-pro", workspace)
      for (const outcome of ["success", "error", "cancelled"]) {
        assert.deepStrictEqual(valuesOf(text, "rollcall_syncs_total", { outcome }), [0])
      }
      assert.deepStrictEqual(valuesOf(text, "rollcall_sync_pages_total", { step: "users" }), [0])
      assert.deepStrictEqual(valuesOf(text, "rollcall_sync_gaps_total", { step: "users" }), [0])
      assert.deepStrictEqual(valuesOf(text, "rollcall_sync_duration_seconds_count"), [0])
      assert.deepStrictEqual(valuesOf(text, "rollcall_token_valid"), [1])
      assert.deepStrictEqual(valuesOf(text, "rollcall_build_info", { node: process.versions.node }), [1])
      assert.deepStrictEqual(valuesOf(text, "rollcall_tasks_total"), [], "no task comes without ConductorOne")
      assert.deepStrictEqual(valuesOf(text, "rollcall_sync_age_seconds"), [], "there is no file")
      const [next = 0] = valuesOf(text, "rollcall_sync_next_timestamp_seconds")
      assert.deepStrictEqual([new Date(next * 1000).getMonth(), new Date(next * 1000).getDate()], [0, 1])
    }).pipe(Effect.scoped),
  )

  it.live("have the age of the file after a restart, before any sync", () =>
    Effect.gen(function* () {
      const { environment } = yield* scheduled
      const first = yield* startWorker({ environment: { ...environment, BATON_EVERY: "6h" } })
      yield* first.says(/is in .*sync\.c1z/)
      const synced = yield* metricsOf(first)
      assert.deepStrictEqual(valuesOf(synced, "rollcall_syncs_total", { outcome: "success" }), [1])
      assert.deepStrictEqual(valuesOf(synced, "rollcall_sync_duration_seconds_count"), [1])
      const [endedAt = 0] = valuesOf(synced, "rollcall_sync_last_success_timestamp_seconds")
      yield* first.kill("SIGTERM")
      yield* first.ended

      const second = yield* startWorker({ environment })
      const text = yield* metricsWith(second, withAge)
      const [known = 0] = valuesOf(text, "rollcall_sync_last_success_timestamp_seconds")
      assert.approximately(known, endedAt, 1)
      const [age = -1] = valuesOf(text, "rollcall_sync_age_seconds")
      assert.approximately(age, Date.now() / 1000 - known, 5)
    }).pipe(Effect.scoped),
  )

  it.live("report a token that is refused from the start, while its workspace is not known", () =>
    Effect.gen(function* () {
      const { environment } = yield* scheduled
      const worker = yield* startWorker({ environment: { ...environment, BATON_TOKEN: "xoxb-1-2-none" } })
      yield* worker.says("The first check of the token failed.")
      const text = yield* metricsOf(worker)
      assert.deepStrictEqual(valuesOf(text, "rollcall_token_valid", { connector: "slack-pro", workspace: "" }), [0])
      assert.deepStrictEqual(valuesOf(text, "rollcall_syncs_total"), [])
    }).pipe(Effect.scoped),
  )
})

describe("the metrics of a worker for ConductorOne", () => {
  it.live("have the counters of its tasks with 0 as soon as the workspace is known", () =>
    Effect.gen(function* () {
      const { start } = yield* serviceWorld()
      const worker = yield* start()
      const workspace = yield* workspaceOf(worker)
      const text = yield* metricsOf(worker)
      assertLabelled(text, "slack-business-plus", workspace)
      for (const kind of ["syncFull", "grant", "revoke", "actionInvoke", "createAccount"]) {
        for (const outcome of ["success", "error", "unreported"]) {
          assert.deepStrictEqual(valuesOf(text, "rollcall_tasks_total", { kind, outcome }), [0], kind)
        }
      }
      for (const name of ["rollcall_polls_total", "rollcall_heartbeats_total", "rollcall_uploads_total"]) {
        assert.deepStrictEqual(valuesOf(text, name, { outcome: "error" }), [0], name)
      }
      const calls = (method: string) =>
        valuesOf(text, "rollcall_api_calls_total", { system: "c1", method, result: "ok" })
      for (const method of ["FinishTask", "Heartbeat", "UploadAsset"])
        assert.deepStrictEqual(calls(method), [0], method)
    }).pipe(Effect.scoped),
  )

  it.live(
    "have the age of the last upload after a restart from the work folder, and no age if that folder is new",
    () =>
      Effect.gen(function* () {
        const { start, done } = yield* serviceWorld()
        const first = yield* start()
        yield* done({ syncFull: {} })
        yield* untilShown(first, "rollcall_syncs_total", { outcome: "success" }, 1)
        const [endedAt = 0] = valuesOf(yield* metricsOf(first), "rollcall_sync_last_success_timestamp_seconds")
        yield* first.kill("SIGTERM")
        yield* first.ended

        const second = yield* start()
        const text = yield* metricsWith(second, withAge)
        assert.deepStrictEqual(valuesOf(text, "rollcall_sync_last_success_timestamp_seconds"), [endedAt])
        yield* second.kill("SIGTERM")
        yield* second.ended

        const third = yield* start({ environment: { BATON_C1Z_TEMP_DIR: join(yield* scratchFolder("worker"), "new") } })
        yield* untilShown(third, "rollcall_polls_total", { outcome: "error" }, 0)
        yield* done({ listEventFeeds: {} })
        yield* untilShown(third, "rollcall_tasks_total", { kind: "listEventFeeds", outcome: "success" }, 1)
        assert.deepStrictEqual(valuesOf(yield* metricsOf(third), "rollcall_sync_age_seconds"), [])
      }).pipe(Effect.scoped),
  )

  it.live("report a token that is revoked while the worker runs, with the next task", () =>
    Effect.gen(function* () {
      const { slack, start, done } = yield* serviceWorld()
      const worker = yield* start()
      yield* untilShown(worker, "rollcall_token_valid", {}, 1)
      const workspace = yield* workspaceOf(worker)
      slack.addFaults([{ method: "users.list", fault: { kind: "revokeToken", token: "bot" } }])
      yield* done({ syncFull: {} })
      yield* done({ syncFull: {} })
      yield* untilShown(worker, "rollcall_token_valid", { workspace }, 0)
      yield* untilShown(worker, "rollcall_syncs_total", { outcome: "error" }, 2)
    }).pipe(Effect.scoped),
  )
})

const error = new C1Error({ reason: "Unavailable", message: "It is away.", hint: "Wait." })

/** The text of the metrics after this work, of a connector with one step. */
const countedBy = (work: Effect.Effect<void, never, ConnectorMetrics>) =>
  Effect.andThen(work, PrometheusMetrics.format()).pipe(
    Effect.provide(callMetrics.pipe(Layer.provideMerge(ConnectorMetrics.layer("club")))),
    Effect.provideService(Metric.MetricRegistry, new Map()),
  )
const tasksThatGive = (...events: ReadonlyArray<C1Event>) =>
  Effect.gen(function* () {
    const measure = yield* makeTaskMetrics(yield* makeSyncMetrics({ steps: [] }))
    yield* Effect.forEach(events, measure, { discard: true })
  })

describe("metrics", () => {
  it.effect("count failures of every kind, and tasks whose end could not be reported", () =>
    Effect.gen(function* () {
      const text = yield* countedBy(
        tasksThatGive(
          { _tag: "PollFailed", error, consecutive: 1, retryMillis: 1000 },
          { _tag: "TaskReceived", taskId: "T1", kind: "grant" },
          { _tag: "HeartbeatFailed", taskId: "T1", error, consecutive: 1 },
          { _tag: "UploadFailed", taskId: "T1", attempt: 1, error },
          { _tag: "FinishFailed", taskId: "T1", error, retryMillis: 1000 },
          { _tag: "FinishFailed", taskId: "T1", error },
        ),
      )
      assert.deepStrictEqual(valuesOf(text, "rollcall_polls_total", { outcome: "error" }), [1])
      assert.deepStrictEqual(valuesOf(text, "rollcall_heartbeats_total", { outcome: "error" }), [1])
      assert.deepStrictEqual(valuesOf(text, "rollcall_uploads_total", { outcome: "error" }), [1])
      assert.deepStrictEqual(valuesOf(text, "rollcall_tasks_total", { kind: "grant", outcome: "unreported" }), [1])
      assert.deepStrictEqual(valuesOf(text, "rollcall_tasks_running", { kind: "grant" }), [0])
    }),
  )

  it.effect("do not count a full sync that is skipped as a sync", () =>
    Effect.gen(function* () {
      const text = yield* countedBy(
        tasksThatGive(
          { _tag: "TaskReceived", taskId: "T1", kind: "syncFull" },
          { _tag: "SyncSkipped", taskId: "T1" },
          { _tag: "TaskFinished", taskId: "T1", kind: "syncFull", end: { outcome: "success", code: 0 }, millis: 10 },
        ),
      )
      assert.deepStrictEqual(valuesOf(text, "rollcall_tasks_total", { kind: "syncFull", outcome: "success" }), [1])
      assert.deepStrictEqual(valuesOf(text, "rollcall_syncs_total"), [])
    }),
  )

  it.effect("count the waits of calls, and their intended length", () =>
    Effect.gen(function* () {
      const text = yield* countedBy(
        Effect.flatMap(CallWaits, (report) => report({ key: "users.list", reason: "cooldown", millis: 1500 })),
      )
      const labels = { key: "users.list", reason: "cooldown" }
      assert.deepStrictEqual(valuesOf(text, "rollcall_api_call_waits_total", labels), [1])
      assert.deepStrictEqual(valuesOf(text, "rollcall_api_call_wait_seconds_total", labels), [1.5])
    }),
  )

  it.effect("of events before the workspace was known are moved to it, and another workspace begins at 0", () =>
    Effect.gen(function* () {
      const requests = Metric.counter("requests_total", { incremental: true })
      const text = yield* countedBy(
        Effect.gen(function* () {
          const { declare, update, workspaceIs } = yield* ConnectorMetrics
          yield* declare(requests, [{ outcome: "ok" }, { outcome: "error" }])
          yield* update(requests, 2, { outcome: "ok" })
          yield* workspaceIs("T1")
        }),
      )
      assert.deepStrictEqual(
        samplesOf(text).map(({ labels, value }) => [labels["outcome"], labels["workspace"], value]),
        [
          ["ok", "T1", 2],
          ["error", "T1", 0],
        ],
      )
      const moved = yield* countedBy(
        Effect.gen(function* () {
          const { declare, update, workspaceIs } = yield* ConnectorMetrics
          yield* declare(requests, [{ outcome: "ok" }])
          yield* workspaceIs("T1")
          yield* update(requests, 2, { outcome: "ok" })
          yield* workspaceIs("T2")
        }),
      )
      assert.deepStrictEqual(
        samplesOf(moved).map(({ labels, value }) => [labels["workspace"], value]),
        [["T2", 0]],
      )
    }),
  )
})
