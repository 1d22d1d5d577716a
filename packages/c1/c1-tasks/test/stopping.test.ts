// What becomes of tasks when the process stops, is killed, or has no room left; and what the next process makes of it.
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { SimulatedC1 } from "@rollcall/c1-simulator"
import { readWorkspaceFile } from "@rollcall/slack-simulator"
import { hasOracle, oracleWorkspaceFile } from "@rollcall/test-kit/oracle"
import { Clock, Deferred, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { clubhouse, grantTo, lockDoor } from "./clubhouse.ts"
import { patientClock, yieldingClock } from "@rollcall/test-kit/virtual-time"
import { addOne, eventually, freshFolder, inC1, startLoop, wallClock } from "./running.ts"
import { startSlack } from "./slack.ts"
import { startLoopProcess } from "./startLoopProcess.ts"

describe("a loop that is stopped", () => {
  it.live("polls no more, lets short tasks and actions finish, and then ends", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const done = yield* Deferred.make<void>()
        const { connector, holders } = clubhouse({ beforeWrite: Deferred.await(done) })
        const { events, told, audit, stop, ended } = yield* startLoop(connector)
        const grant = yield* addOne(grantTo("ada"))
        const action = yield* addOne(lockDoor)
        yield* c1.untilFinished(action)
        yield* eventually(() => told("TaskFinished").length === 1)
        const stopping = yield* Effect.forkScoped(stop)
        yield* eventually(() => told("Stopping").length === 1)
        yield* Deferred.succeed(done, undefined)
        assert.isTrue(Exit.hasInterrupts(yield* ended))
        assert.strictEqual(c1.task(grant)?.outcome?.finalState.case, "success")
        assert.deepStrictEqual([...holders], ["ada"])
        assert.includeMembers(audit, ["grant changed", "lock changed"])
        assert.deepStrictEqual(told("Stopping")[0]?.tasks, 1)
        yield* Fiber.join(stopping)

        // Another loop asks often enough to be given ten tasks; of this one nothing more is heard.
        const toldBefore = [...events]
        yield* startLoop(clubhouse().connector)
        const later = yield* c1.addTasks(Array.from({ length: 10 }, () => grantTo("eve")))
        yield* Effect.forEach(later, c1.untilFinished)
        assert.deepStrictEqual([events, holders.has("eve")], [toldBefore, false])
      }),
      // The second of an action goes by, the time to drain does not.
      { clock: yieldingClock(1000) },
    ),
  )

  it.live("waits for an action that was reported to C1 as running, even if nothing else runs", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const done = yield* Deferred.make<void>()
        const { told, audit, stop, ended } = yield* startLoop(
          clubhouse({ beforeWrite: Deferred.await(done) }).connector,
        )
        yield* c1.untilFinished(yield* addOne(lockDoor))
        yield* eventually(() => told("TaskFinished").length === 1)
        yield* Effect.forkScoped(stop)
        yield* eventually(() => told("Stopping").length === 1)
        assert.strictEqual(told("Stopping")[0]?.tasks, 0)
        // Turns enough for a loop that waits for nothing to end.
        for (let turn = 0; turn < 100; turn++) yield* eventually(() => true)
        yield* Deferred.succeed(done, undefined)
        yield* ended
        assert.deepStrictEqual(audit, ["lock begun", "lock changed"])
      }),
      { clock: yieldingClock(1000) },
    ),
  )

  it.live("reports a sync as done that is uploaded, and gives up what comes after the upload", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const found: Array<string> = []
        const { told, stop } = yield* startLoop(clubhouse().connector, {
          afterUpload: ({ summary, file }) =>
            Effect.sync(() => void found.push(summary.kind, readFileSync(file).subarray(0, 4).toString())).pipe(
              Effect.andThen(Effect.never),
              Effect.onInterrupt(() => Effect.sync(() => void found.push("given up"))),
            ),
        })
        const id = yield* addOne({ syncFull: {} })
        yield* eventually(() => found.length === 2)
        assert.isUndefined(c1.task(id)?.outcome)
        yield* stop
        assert.deepStrictEqual(found, ["full", "C1ZF", "given up"])
        assert.strictEqual(c1.task(id)?.outcome?.finalState.case, "success")
        assert.lengthOf(told("TaskCancelled"), 0)
      }),
      { clock: patientClock() },
    ),
  )

  it.live("starts no waiting task in the slot of one that finishes", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const done = yield* Deferred.make<void>()
        const { connector, holders } = clubhouse({ beforeWrite: Deferred.await(done) })
        const { told, stop } = yield* startLoop(connector, { concurrency: 1, severalAtOnce: true })
        const ids = yield* c1.addTasks(["ada", "eve"].map(grantTo))
        yield* eventually(() => told("TaskStarted").length === 1 && told("TaskReceived").length === 2)
        const stopping = yield* Effect.forkScoped(stop)
        yield* eventually(() => told("Stopping").length === 1)
        yield* Deferred.succeed(done, undefined)
        yield* Fiber.join(stopping)
        assert.deepStrictEqual(
          ids.map((id) => c1.task(id)?.outcome?.status?.code),
          [undefined, 1],
        )
        assert.deepStrictEqual([...holders], ["ada"])
      }),
      { clock: patientClock() },
    ),
  )

  for (const method of ["GetTask", "GetTasks"] as const) {
    it.effect(`cancels, without starting it, a task that the last poll brings (${method})`, () =>
      Effect.flatMap(Clock.Clock, (clock) =>
        inC1(
          Effect.gen(function* () {
            const c1 = yield* SimulatedC1
            const { connector, holders } = clubhouse()
            const { told, audit, stop } = yield* startLoop(connector, { severalAtOnce: method === "GetTasks" })
            yield* c1.until(() => c1.calls()[method] === 1)
            const stopping = yield* Effect.forkScoped(stop)
            yield* eventually(() => told("Stopping").length === 1)
            const id = yield* addOne(grantTo("ada"))
            yield* TestClock.adjust("4 seconds")
            yield* Fiber.join(stopping)
            assert.deepStrictEqual([c1.task(id)?.handedOut, c1.task(id)?.outcome?.status?.code], [1, 1])
            assert.deepStrictEqual([audit, holders.size, told("TaskStarted").length], [[], 0, 0])
            assert.strictEqual(c1.calls()[method], 1)
          }),
          { c1: { faults: [{ method, fault: { kind: "delay", millis: 4000 } }] }, clock },
        ),
      ),
    )
  }

  it.live("interrupts a poll that C1 does not answer", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told, stop } = yield* startLoop(clubhouse().connector)
        yield* c1.until(() => (c1.calls()["GetTask"] ?? 0) === 1)
        yield* stop
        assert.lengthOf(told("Polled"), 0)
        yield* c1.until(() =>
          c1.captured().some(({ call, answered }) => call === "GetTask" && answered === "CANCELLED"),
        )
      }),
      { c1: { faults: [{ method: "GetTask", fault: { kind: "never" } }] } },
    ),
  )

  it.live("cancels a sync and reports that to C1, and the next loop resumes the sync", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        let isStuck = true
        const { connector, asked } = clubhouse({
          pages: 4,
          beforePage: (page) => (page === 2 && isStuck ? Effect.never : Effect.void),
        })
        const first = yield* startLoop(connector)
        const id = yield* addOne({ syncFull: {} })
        yield* eventually(() => asked.includes(2))
        yield* first.stop
        const { outcome, assets } = c1.task(id) ?? {}
        assert.deepStrictEqual([outcome?.status?.code, assets?.length], [1, 0])
        assert.include(outcome?.status?.message ?? "", "is stopping")
        assert.deepStrictEqual(
          first.told("TaskCancelled").map(({ taskId, by }) => [taskId, by]),
          [[id, "shutdown"]],
        )

        isStuck = false
        yield* startLoop(connector, { workFolder: first.workFolder })
        const next = yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
        assert.strictEqual(next.assets.length, 1)
        assert.deepStrictEqual(asked, [0, 1, 2, 2, 3])
      }),
      { clock: wallClock },
    ),
  )

  it.live("completes the upload of a sync that has been read", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told, stop } = yield* startLoop(clubhouse().connector)
        const id = yield* addOne({ syncFull: {} })
        yield* eventually(() => (c1.calls()["UploadAsset"] ?? 0) > 0)
        yield* stop
        assert.deepStrictEqual([c1.task(id)?.assets.length, c1.task(id)?.outcome?.finalState.case], [1, "success"])
        assert.lengthOf(told("TaskCancelled"), 0)
      }),
      { c1: { faults: [{ method: "UploadAsset", fault: { kind: "delay", millis: 300 } }] }, clock: patientClock() },
    ),
  )

  it.live(
    "cancels what takes longer than the drain, and reports that to C1; what waited for a slot is never started",
    () =>
      inC1(
        Effect.gen(function* () {
          const c1 = yield* SimulatedC1
          const { connector, holders } = clubhouse({ beforeWrite: Effect.never })
          const { told, audit, stop } = yield* startLoop(connector, {
            concurrency: 1,
            severalAtOnce: true,
            drainMillis: 10,
          })
          const ids = yield* c1.addTasks(["ada", "eve"].map(grantTo))
          yield* eventually(() => audit.includes("grant begun") && told("TaskReceived").length === 2)
          yield* stop
          assert.deepStrictEqual(
            ids.map((id) => c1.task(id)?.outcome?.status?.code),
            [1, 1],
          )
          // What a change had done so far is not there to be continued.
          assert.match(c1.task(ids[0] ?? "")?.outcome?.status?.message ?? "", /is stopping, .*; give it again$/u)
          assert.deepStrictEqual([audit, holders.size], [["grant begun", "grant unknown"], 0])
        }),
        { clock: patientClock() },
      ),
  )

  it.effect("does not wait forever for a C1 that cannot be reached", () =>
    Effect.flatMap(Clock.Clock, (clock) =>
      inC1(
        Effect.gen(function* () {
          const c1 = yield* SimulatedC1
          const { connector, asked } = clubhouse({ beforePage: () => Effect.never })
          yield* addOne({ syncFull: {} })
          const { told, stop, ended } = yield* startLoop(connector)
          yield* eventually(() => asked.length > 0)
          yield* c1.addFaults([{ method: "*", times: "always", fault: { kind: "status", code: "UNAVAILABLE" } }])
          yield* Effect.forkScoped(stop)
          yield* eventually(() => told("FinishFailed").length > 0)
          const exit = yield* Effect.raceFirst(ended, Effect.forever(TestClock.adjust("1 second")))
          assert.isTrue(Exit.hasInterrupts(exit))
          assert.lengthOf(told("TaskFinished"), 0)
        }),
        { clock },
      ),
    ),
  )
})

describe("a sync whose pod is lost", () => {
  it.live("is resumed by the next full-sync task if the work folder survives", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const workFolder = freshFolder()
        const lost = yield* addOne({ syncFull: {} })
        let isWaiting = false
        const lostLoop = yield* startLoopProcess(
          { workFolder, waitAt: 2 },
          [],
          (line) => (isWaiting ||= line === "waiting"),
        )
        yield* eventually(() => isWaiting)
        yield* lostLoop.kill
        assert.isUndefined(c1.task(lost)?.outcome)

        const { connector, asked } = clubhouse({ pages: 4 })
        yield* startLoop(connector, { workFolder })
        // Another sync does not take it up; the same one does.
        yield* c1.untilFinished(yield* addOne({ syncFull: { skipGrants: true } }))
        assert.deepStrictEqual(asked, [0, 1, 2, 3])
        yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
        // Page 1 was stored while page 2 was asked for: the kill came before its end, or after it.
        assert.deepInclude(
          [
            [1, 2, 3],
            [2, 3],
          ],
          asked.slice(4),
        )
      }),
      { clock: wallClock },
    ),
  )
})

const canMount = spawnSync("unshare", ["--user", "--map-root-user", "--mount", "true"]).status === 0

describe.skipIf(!canMount)("a work folder whose disk is full (needs unshare with user namespaces)", () => {
  for (const [when, limit] of [
    ["as it is read", "size=700k"],
    ["from the start", "nr_inodes=1"],
  ] as const) {
    it.live(`${when} fails the sync with ResourceExhausted, retryable; tasks that need no disk go on`, () =>
      inC1(
        Effect.gen(function* () {
          const c1 = yield* SimulatedC1
          const workFolder = freshFolder()
          const mounted = `mount -t tmpfs -o ${limit} tmpfs "$0" && exec "$@"`
          const smallDisk = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mounted, workFolder]
          yield* startLoopProcess({ workFolder, pages: 40, bulk: 100_000 }, smallDisk)
          const { outcome, assets } = yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
          assert.deepStrictEqual([outcome?.status?.code, assets.length], [8, 0])
          assert.match(outcome?.status?.message ?? "", /disk is full|no space is left/)
          assert.isFalse(outcome?.finalState.case === "error" && outcome.finalState.value.nonRetryable)
          const feeds = yield* c1.untilFinished(yield* addOne({ listEventFeeds: {} }))
          assert.strictEqual(feeds.outcome?.finalState.case, "success")
        }),
        { clock: wallClock },
      ),
    )
  }
})

describe.skipIf(!hasOracle)(
  "a Slack token that is revoked during a sync (skipped where the fixtures are absent)",
  () => {
    it.live("fails it with Unauthenticated, retryable, and nothing is uploaded", () =>
      inC1(
        Effect.gen(function* () {
          const c1 = yield* SimulatedC1
          const workspace = yield* readWorkspaceFile(oracleWorkspaceFile)
          const { slack, connector } = yield* startSlack({ workspace })
          slack.addFaults([{ method: "usergroups.list", fault: { kind: "revokeToken", token: "bot" } }])
          const { workFolder } = yield* startLoop(connector)
          const { outcome, assets } = yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
          assert.deepStrictEqual([outcome?.status?.code, assets.length], [16, 0])
          assert.isFalse(outcome?.finalState.case === "error" && outcome.finalState.value.nonRetryable)
          assert.notInclude(outcome?.status?.message ?? "", slack.botToken)
          yield* eventually(() => readdirSync(workFolder).length === 1)
        }),
        { clock: wallClock },
      ),
    )
  },
)
