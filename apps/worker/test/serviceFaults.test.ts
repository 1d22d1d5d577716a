// What a worker in service mode makes of a world that goes wrong. Whatever it is, the task gets an end, the worker stays up,
// and what a sync has read is not read again.
import { assert, describe, it } from "@effect/vitest"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { RunningSimulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { valuesOf } from "./samplesOf.ts"
import { serviceWorld } from "./serviceWorld.ts"
import { until } from "./workerProcess.ts"

/** gRPC's codes. https://grpc.io/docs/guides/status-codes */
const cancelled = 1
const resourceExhausted = 8
const unauthenticated = 16

/** So many people that Slack tells them in several pages. */
const severalPages = { users: 700, limitRequiredAbove: 200 }

/** Waits for the third page, which never comes. */
const third = (slack: RunningSimulator) => until(Effect.sync(() => (slack.calls()["users.list"] ?? 0) >= 3))

describe("a sync", () => {
  it.live("that ConductorOne cancels is finished as cancelled, and the next task resumes it", () =>
    Effect.gen(function* () {
      const { slack, c1, start, done } = yield* serviceWorld({ slack: severalPages })
      slack.addFaults([{ method: "users.list", call: 3, times: 1, fault: { kind: "never" } }])
      const worker = yield* start()
      const [id = ""] = yield* c1.addTasks([{ syncFull: {} }])
      yield* third(slack)
      c1.cancelTask(id)
      const first = yield* c1.untilFinished(id)
      assert.deepStrictEqual([first.outcome?.status?.code, first.assets.length], [cancelled, 0])
      yield* worker.says("Task failed.")
      const { assets } = yield* done({ syncFull: {} })
      assert.strictEqual(worker.logs().filter((line) => line.message === "Sync resumed.").length, 1)
      assert.deepStrictEqual(storedIds(assets[0]?.path ?? ""), expectedIds(slack))
      const { text: metrics } = yield* worker.ask("/metrics")
      assert.deepStrictEqual(valuesOf(metrics, "rollcall_syncs_total", { outcome: "cancelled" }), [1])
    }).pipe(Effect.scoped),
  )

  it.live("that SIGTERM stops is finished as cancelled within the grace period, and the next pod resumes it", () =>
    Effect.gen(function* () {
      const { slack, c1, start } = yield* serviceWorld({ slack: severalPages })
      slack.addFaults([{ method: "users.list", call: 3, times: 1, fault: { kind: "never" } }])
      const first = yield* start()
      const [id = ""] = yield* c1.addTasks([{ syncFull: {} }])
      yield* third(slack)
      yield* first.kill("SIGTERM")
      assert.strictEqual(yield* first.ended, 0)
      assert.strictEqual(c1.task(id)?.outcome?.status?.code, cancelled)

      const [next = ""] = yield* c1.addTasks([{ syncFull: {} }])
      const second = yield* start()
      const { assets } = yield* c1.untilFinished(next)
      assert.isTrue(second.logs().some((line) => line.message === "Sync resumed."))
      assert.deepStrictEqual(storedIds(assets[0]?.path ?? ""), expectedIds(slack))
    }).pipe(Effect.scoped),
  )

  it.live("whose pod is lost is resumed by the next task of the next pod", () =>
    Effect.gen(function* () {
      const { slack, c1, start } = yield* serviceWorld({ slack: severalPages })
      slack.addFaults([{ method: "users.list", call: 3, times: 1, fault: { kind: "never" } }])
      const first = yield* start()
      yield* c1.addTasks([{ syncFull: {} }])
      yield* third(slack)
      yield* first.kill("SIGKILL")
      yield* first.ended

      const [next = ""] = yield* c1.addTasks([{ syncFull: {} }])
      const second = yield* start()
      const { assets } = yield* c1.untilFinished(next)
      assert.isTrue(second.logs().some((line) => line.message === "Sync resumed."))
      assert.deepStrictEqual(storedIds(assets[0]?.path ?? ""), expectedIds(slack))
    }).pipe(Effect.scoped),
  )

  it.live("is uploaded again if the stream is reset in the middle", () =>
    Effect.gen(function* () {
      const { slack, start, done } = yield* serviceWorld({
        c1: { faults: [{ method: "UploadAsset", fault: { kind: "resetStream", afterBytes: 1000 } }] },
      })
      const worker = yield* start()
      const { assets } = yield* done({ syncFull: {} })
      assert.deepStrictEqual(storedIds(assets[0]?.path ?? ""), expectedIds(slack))
      const { text: metrics } = yield* worker.ask("/metrics")
      assert.deepStrictEqual(valuesOf(metrics, "rollcall_uploads_total", { outcome: "error" }), [1])
      assert.deepStrictEqual(valuesOf(metrics, "rollcall_uploads_total", { outcome: "success" }), [1])
    }).pipe(Effect.scoped),
  )

  it.live(
    "whose Slack token is revoked fails as Unauthenticated; with a new one in its file the next one succeeds, without a restart",
    () =>
      Effect.gen(function* () {
        const { slack, start, done } = yield* serviceWorld({ slack: severalPages })
        const tokenFile = join(yield* scratchFolder("worker"), "token")
        writeFileSync(tokenFile, slack.botToken)
        slack.addFaults([{ method: "users.list", call: 2, fault: { kind: "revokeToken", token: "bot" } }])
        const worker = yield* start({ environment: { BATON_TOKEN: "", BATON_TOKEN_FILE: tokenFile } })
        const first = yield* done({ syncFull: {} })
        assert.deepStrictEqual([first.outcome?.status?.code, first.assets.length], [unauthenticated, 0])
        // The user's token reads the Web API as well, and it lives.
        writeFileSync(tokenFile, slack.userToken)
        const { assets } = yield* done({ syncFull: {} })
        assert.deepStrictEqual(storedIds(assets[0]?.path ?? ""), expectedIds(slack))
        assert.notInclude(worker.written(), slack.botToken)
      }).pipe(Effect.scoped),
  )

  it.live("on a full disk fails as ResourceExhausted, and the worker stays alive", () =>
    Effect.gen(function* () {
      const { start, done } = yield* serviceWorld({ slack: { users: 3000 } })
      // No file may grow beyond 400 blocks of 1,024 bytes: the same refusal to SQLite as a disk without room.
      const worker = yield* start({ shell: "ulimit -f 400;" })
      const { outcome, assets } = yield* done({ syncFull: {} })
      assert.deepStrictEqual([outcome?.status?.code, assets.length], [resourceExhausted, 0])
      assert.match(outcome?.status?.message ?? "", /then sync again: it continues where it stopped/)
      assert.strictEqual((yield* worker.ask("/live")).status, 200)
      assert.strictEqual((yield* done({ listEventFeeds: {} })).outcome?.finalState.case, "success")
    }).pipe(Effect.scoped),
  )
})

describe("a work folder that cannot be created", () => {
  it.live("ends the worker with 74 and its name", () =>
    Effect.gen(function* () {
      const { start } = yield* serviceWorld()
      const file = join(yield* scratchFolder("worker"), "file")
      writeFileSync(file, "")
      const workFolder = join(file, "rollcall/work")
      const worker = yield* start({ environment: { BATON_C1Z_TEMP_DIR: workFolder } })
      assert.strictEqual(yield* worker.ended, 74)
      assert.include(worker.logs().at(-1)?.message ?? "", workFolder)
    }).pipe(Effect.scoped),
  )
})

describe("the end of a task", () => {
  it.live("is reported again if ConductorOne does not accept it, and counts once", () =>
    Effect.gen(function* () {
      const { start, done } = yield* serviceWorld({
        c1: { faults: [{ method: "FinishTask", times: 2, fault: { kind: "status", code: "UNAVAILABLE" } }] },
      })
      const worker = yield* start()
      const { finishes } = yield* done({ listEventFeeds: {} })
      assert.strictEqual(finishes.length, 1)
      yield* worker.says("Task succeeded.")
      const { text: metrics } = yield* worker.ask("/metrics")
      assert.deepStrictEqual(
        valuesOf(metrics, "rollcall_tasks_total", { kind: "listEventFeeds", outcome: "success" }),
        [1],
      )
      assert.deepStrictEqual(
        valuesOf(metrics, "rollcall_api_calls_total", { system: "c1", method: "FinishTask", result: "Unavailable" }),
        [2],
      )
    }).pipe(Effect.scoped),
  )
})
