// The loop when things go wrong: C1 away, answers lost, tasks given again.
import { assert, describe, it } from "@effect/vitest"
import { type Fault, SimulatedC1 } from "@rollcall/c1-simulator"
import { Deferred, Effect, Latch, Option, Tracer } from "effect"
import { C1Service } from "@rollcall/c1-client"
import { PollGate } from "../src/index.ts"
import { clubhouse, grantTo } from "./clubhouse.ts"
import { addOne, eventually, inC1, startLoop } from "./running.ts"

/** Connections are cut, and later there is a gateway that says that nobody is behind it. */
const isGone: ReadonlyArray<Fault> = [
  { method: "*", times: 5, fault: { kind: "cutConnection" } },
  { method: "*", times: "always", fault: { kind: "status", code: "UNAVAILABLE" } },
  { method: "token", times: "always", fault: { kind: "cutConnection" } },
]

it.live("a loop that is held asks for no task, finishes what runs, and goes on when it is let go", () =>
  inC1(
    Effect.gen(function* () {
      const c1 = yield* SimulatedC1
      const held = yield* Latch.make(true)
      let waits = 0
      const gate = Effect.suspend(() => {
        waits += held.isOpen() ? 0 : 1
        return held.await
      })
      const done = yield* Deferred.make<void>()
      const { connector } = clubhouse({ beforeWrite: Deferred.await(done) })
      const { told } = yield* Effect.provideService(startLoop(connector), PollGate, gate)
      const running = yield* addOne(grantTo("ada"))
      yield* eventually(() => told("TaskStarted").length === 1)
      yield* held.close
      yield* eventually(() => waits === 1)
      const polls = c1.calls()["GetTask"]
      const waiting = yield* addOne(grantTo("ben"))
      yield* Deferred.succeed(done, undefined)
      yield* c1.untilFinished(running)
      assert.strictEqual(c1.calls()["GetTask"], polls)
      yield* held.open
      yield* c1.untilFinished(waiting)
    }),
  ),
)

describe("a C1 that cannot be reached", () => {
  it.live(
    "for an hour is polled less and less often, a minute apart at most, and gives tasks again when it is back",
    () =>
      inC1(
        Effect.gen(function* () {
          const c1 = yield* SimulatedC1
          const { told } = yield* startLoop(clubhouse().connector)
          yield* c1.until(() => (c1.calls()["GetTask"] ?? 0) > 0)
          yield* c1.addFaults(isGone)
          const waited = () => told("PollFailed").reduce((sum, { retryMillis }) => sum + retryMillis, 0)
          yield* eventually(() => waited() > 3_600_000)
          const pauses = told("PollFailed").map(({ retryMillis }) => retryMillis / 1000)
          assert.deepStrictEqual(pauses.slice(0, 9), [1, 4, 9, 16, 25, 36, 49, 60, 60])
          assert.isBelow(pauses.length, 75)
          c1.clearFaults()
          const { outcome } = yield* c1.untilFinished(yield* addOne(grantTo("ada")))
          assert.strictEqual(outcome?.finalState.case, "success")
        }),
      ),
  )

  it.live("for an hour is then told how a running task ended", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const done = yield* Deferred.make<void>()
        const { connector, holders } = clubhouse({ beforeWrite: Deferred.await(done) })
        const { told } = yield* startLoop(connector)
        const id = yield* addOne(grantTo("ada"))
        yield* eventually(() => told("TaskStarted").length === 1)
        yield* c1.addFaults(isGone)
        yield* Deferred.succeed(done, undefined)
        const waited = () => told("FinishFailed").reduce((sum, { retryMillis = 0 }) => sum + retryMillis, 0)
        yield* eventually(() => waited() > 3_600_000)
        c1.clearFaults()
        const { finishes } = yield* c1.untilFinished(id)
        assert.deepStrictEqual([finishes.length, holders.size], [1, 1])
      }),
    ),
  )

  it.live("for more than two hours is not told the outcome, and the slot is free for the next task", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told } = yield* startLoop(clubhouse().connector, { concurrency: 1 })
        yield* c1.addFaults([{ method: "FinishTask", times: "always", fault: { kind: "status", code: "UNAVAILABLE" } }])
        yield* addOne(grantTo("ada"))
        yield* eventually(() => told("FinishFailed").some(({ retryMillis }) => retryMillis === undefined))
        c1.clearFaults()
        const { outcome } = yield* c1.untilFinished(yield* addOne(grantTo("eve")))
        assert.strictEqual(outcome?.finalState.case, "success")
      }),
    ),
  )
})

describe("the end of a task", () => {
  it.live("is reported again if the answer was lost, and counts once", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told } = yield* startLoop(clubhouse().connector)
        const id = yield* addOne(grantTo("ada"))
        yield* eventually(() => told("TaskFinished").length === 1)
        const { finishes, outcome } = c1.task(id) ?? {}
        assert.lengthOf(finishes ?? [], 3)
        assert.strictEqual(outcome?.finalState.case, "success")
        assert.deepStrictEqual(finishes?.[1], finishes?.[0])
      }),
      { c1: { faults: [{ method: "FinishTask", times: 2, fault: { kind: "loseReply" } }] } },
    ),
  )

  it.live("that C1 refuses is not reported again, and the next task is done", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told } = yield* startLoop(clubhouse().connector, { concurrency: 1 })
        yield* addOne(grantTo("ada"))
        yield* c1.untilFinished(yield* addOne(grantTo("eve")))
        assert.deepStrictEqual(
          told("FinishFailed").map(({ error, retryMillis }) => [error.reason, retryMillis]),
          [["Rejected", undefined]],
        )
      }),
      { c1: { faults: [{ method: "FinishTask", fault: { kind: "status", code: "NOT_FOUND" } }] } },
    ),
  )

  it.live("caused by a defect is reported to C1 without the cause, which an event holds", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { connector } = clubhouse({ beforeWrite: Effect.die(new Error("secret detail")) })
        const { told } = yield* startLoop(connector)
        const { outcome } = yield* c1.untilFinished(yield* addOne(grantTo("ada")))
        assert.strictEqual(outcome?.status?.code, 13)
        assert.notInclude(outcome?.status?.message ?? "", "secret detail")
        yield* eventually(() => told("TaskFinished").length === 1)
        assert.include(String(told("TaskFinished")[0]?.defect), "secret detail")
      }),
    ),
  )
})

describe("a call", () => {
  it.live("times out if ConductorOne does not answer; an upload only if no data moves", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        yield* startLoop(clubhouse().connector)
        yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
        const seconds = c1
          .captured()
          .filter(({ call }) => call !== "token")
          .map(({ call, timeout }) => [call, timeout === undefined ? undefined : Number.parseInt(timeout, 10) / 1000])
        assert.deepStrictEqual(Object.fromEntries(seconds), {
          Hello: 60,
          GetTask: 360,
          Heartbeat: 30,
          UploadAsset: undefined,
          FinishTask: 30,
        })
      }),
    ),
  )

  it.live("with a reply larger than other gRPC clients accept fails, and the next one is made", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told } = yield* startLoop(clubhouse().connector)
        yield* c1.addTasks([{ actionInvoke: { name: "lock_door", args: { note: "x".repeat(4_200_000) } } }])
        yield* eventually(() => told("PollFailed").length > 0)
        assert.include(told("PollFailed")[0]?.error.message ?? "", "ResourceExhausted")
        const { outcome } = yield* c1.untilFinished(yield* addOne(grantTo("ada")))
        assert.strictEqual(outcome?.finalState.case, "success")
      }),
    ),
  )
})

describe("a task", () => {
  it.live("has a trace of its own, from its receipt until its outcome is reported", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const spans: Array<Tracer.NativeSpan> = []
        const tracer = Tracer.make({
          span: (options) => {
            const span = new Tracer.NativeSpan(options)
            spans.push(span)
            return span
          },
        })
        const { told } = yield* startLoop(clubhouse().connector).pipe(Effect.provideService(Tracer.Tracer, tracer))
        const ids = yield* c1.addTasks([{ listEventFeeds: {} }, { listEventFeeds: {} }])
        yield* eventually(() => told("TaskFinished").length === 2)

        const tasks = spans.filter(({ name }) => name === "C1.task")
        assert.deepStrictEqual(
          tasks.map(({ attributes }) => attributes.get("taskId")),
          [...ids],
        )
        const traces = tasks.map(({ traceId }) => traceId)
        assert.strictEqual(new Set(traces).size, 2)
        const finishes = spans.filter(({ name }) => name === "c1 FinishTask")
        assert.sameMembers(
          finishes.map(({ traceId }) => traceId),
          traces,
        )
        assert.isTrue(spans.filter(({ name }) => name === "c1 GetTask").every(({ parent }) => Option.isNone(parent)))
      }),
    ),
  )

  it.live("that C1 gives again while it runs is not started twice", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const done = yield* Deferred.make<void>()
        const { connector } = clubhouse({ beforeWrite: Deferred.await(done) })
        const { told, audit } = yield* startLoop(connector)
        const id = yield* addOne(grantTo("ada"))
        yield* eventually(() => told("TaskStarted").length === 1)
        yield* c1.addTasks([{ id, ...grantTo("ada") }])
        yield* c1.until(() => c1.task(id)?.handedOut === 2)
        yield* Deferred.succeed(done, undefined)
        yield* eventually(() => told("TaskFinished").length === 1)
        assert.deepStrictEqual([c1.task(id)?.finishes.length, audit], [1, ["grant begun", "grant changed"]])
      }),
    ),
  )

  it.live("waits while the maximum number of tasks runs, and C1 is not polled for more", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const done = yield* Deferred.make<void>()
        const { connector } = clubhouse({ beforeWrite: Deferred.await(done) })
        const ids = yield* c1.addTasks(["ada", "eve", "kim"].map(grantTo))
        const { told } = yield* startLoop(connector, { concurrency: 2 })
        yield* eventually(() => told("TaskStarted").length === 2 && told("Polled").length === 2)
        // On the one connection, a call for more would come before the answer to the second of these.
        const { heartbeat } = yield* C1Service
        yield* Effect.forEach(ids.slice(0, 2), heartbeat)
        assert.strictEqual(c1.calls()["GetTask"], 2)
        assert.deepStrictEqual(
          ids.map((id) => c1.task(id)?.handedOut),
          [1, 1, 0],
        )
        yield* Deferred.succeed(done, undefined)
        yield* Effect.forEach(ids, c1.untilFinished)
      }),
    ),
  )

  it.live("is neither lost nor started twice if an answer holds several", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { connector } = clubhouse()
        const people = Array.from({ length: 40 }, (_, n) => `p${n}`)
        const ids = yield* c1.addTasks([{ none: {} }, ...people.map(grantTo)])
        const { told } = yield* startLoop(connector, { concurrency: 3, severalAtOnce: true })
        yield* Effect.forEach(ids.slice(1), c1.untilFinished)
        yield* eventually(() => told("TaskFinished").length === 40)
        assert.isTrue(ids.slice(1).every((id) => c1.task(id)?.finishes.length === 1))
        assert.isUndefined(c1.calls()["GetTask"])
        const asked = c1.captured().filter(({ call }) => call === "GetTasks")
        assert.isTrue(asked.every(({ message }) => Number(Reflect.get(Object(message), "pageSize")) <= 6))
      }),
      { c1: { faults: [{ method: "GetTasks", call: 2, times: 5, fault: { kind: "repeatTasks" } }] } },
    ),
  )

  it.live("is one of at most a hundred in an answer, however many may run at once", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told } = yield* startLoop(clubhouse().connector, { concurrency: 100, severalAtOnce: true })
        yield* c1.untilFinished(yield* addOne(grantTo("ada")))
        assert.lengthOf(told("PollFailed"), 0)
      }),
    ),
  )

  it.live("is received after an answer that cannot be read", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told } = yield* startLoop(clubhouse().connector)
        yield* c1.untilFinished(yield* addOne(grantTo("ada")))
        assert.isAbove(told("PollFailed").length, 0)
      }),
      { c1: { faults: [{ method: "GetTask", times: 3, fault: { kind: "garbage" } }] } },
    ),
  )
})
