// The loop when things go wrong: C1 away, answers lost, tasks cancelled. Nobody waits: the clock leaps.
import { readdirSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { type Fault, SimulatedC1, type C1Options } from "@rollcall/c1-simulator"
import { ConnectorError } from "@rollcall/connector"
import { Clock, Deferred, Effect, Option, Tracer } from "effect"
import { leapingClock } from "./leapingClock.ts"
import { clubhouse, grantTo } from "./clubhouse.ts"
import { addOne, eventually, startLoop } from "./running.ts"
import { clientOfC1 } from "./clientOfC1.ts"

const inC1 = <A, E>(
  work: Effect.Effect<A, E, SimulatedC1 | Effect.Services<ReturnType<typeof startLoop>>>,
  options: C1Options = {},
) =>
  work.pipe(
    Effect.scoped,
    Effect.provide(clientOfC1(options), { local: true }),
    Effect.provideService(Clock.Clock, leapingClock()),
  )

/** Connections are cut, and later there is a gateway that says that nobody is behind it. */
const isGone: ReadonlyArray<Fault> = [
  { method: "*", times: 5, fault: { kind: "cutConnection" } },
  { method: "*", times: "always", fault: { kind: "status", code: "UNAVAILABLE" } },
  { method: "token", times: "always", fault: { kind: "cutConnection" } },
]

describe("C1 that is gone for an hour", () => {
  it.live("is asked ever less often, a minute apart at most, and gives tasks again once it is back", () =>
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

  it.live("is told after it how a task ended that was on its way", () =>
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

  it.live("for longer than two hours is not told any more, and the slot is free for the next task", () =>
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
  it.live("is told again where the answer was lost, and counts once", () =>
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
      { faults: [{ method: "FinishTask", times: 2, fault: { kind: "loseReply" } }] },
    ),
  )

  it.live("that C1 does not take is not told again, and the next task is done", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told } = yield* startLoop(clubhouse().connector, { concurrency: 1 })
        yield* addOne(grantTo("ada"))
        yield* c1.untilFinished(yield* addOne(grantTo("eve")))
        assert.deepStrictEqual(
          told("FinishFailed").map(({ error, retryMillis }) => [error.reason, retryMillis]),
          [["NotTaken", undefined]],
        )
      }),
      { faults: [{ method: "FinishTask", fault: { kind: "status", code: "NOT_FOUND" } }] },
    ),
  )

  it.live("of a program that is at fault is told without what went wrong, which those who watch are told", () =>
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

describe("a task", () => {
  it.live("is a trace of its own, from its receipt until C1 knows its end", () =>
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
        const finishes = spans.filter(({ name }) => name === "c1.FinishTask")
        assert.sameMembers(
          finishes.map(({ traceId }) => traceId),
          traces,
        )
        assert.isTrue(spans.filter(({ name }) => name === "c1.GetTask").every(({ parent }) => Option.isNone(parent)))
      }),
    ),
  )

  it.live("that C1 gives again while it is on its way is not begun twice", () =>
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

  it.live("waits while as many as are allowed are on their way, and C1 is not asked for more", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const done = yield* Deferred.make<void>()
        const { connector } = clubhouse({ beforeWrite: Deferred.await(done) })
        const { told } = yield* startLoop(connector, { concurrency: 2 })
        const ids = yield* c1.addTasks(["ada", "eve", "kim"].map(grantTo))
        yield* eventually(() => told("TaskStarted").length === 2)
        for (let turn = 0; turn < 200; turn++) yield* eventually(() => true)
        assert.deepStrictEqual(
          ids.map((id) => c1.task(id)?.handedOut),
          [1, 1, 0],
        )
        yield* Deferred.succeed(done, undefined)
        yield* Effect.forEach(ids, c1.untilFinished)
      }),
    ),
  )

  it.live("is one of several in an answer, where C1 is asked for several: none is lost, none is doubled", () =>
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
      { faults: [{ method: "GetTasks", call: 2, times: 5, fault: { kind: "repeatTasks" } }] },
    ),
  )

  it.live("comes after an answer that is no message as well", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told } = yield* startLoop(clubhouse().connector)
        yield* c1.untilFinished(yield* addOne(grantTo("ada")))
        assert.isAbove(told("PollFailed").length, 0)
      }),
      { faults: [{ method: "GetTask", times: 3, fault: { kind: "garbage" } }] },
    ),
  )
})

const slow = () => {
  const asked: Array<number> = []
  let isStuck = true
  const club = clubhouse({
    pages: 4,
    beforePage: (page) => {
      asked.push(page)
      return page === 2 && isStuck ? Effect.never : Effect.void
    },
  })
  return { connector: club.connector, asked, mend: () => void (isStuck = false) }
}

describe("a sync", () => {
  for (const [what, fault, by, message] of [
    [
      "of which C1 heard nothing nine times",
      { times: "always", fault: { kind: "status", code: "UNAVAILABLE" } },
      "lostHeartbeats",
      "task failed heartbeat",
    ],
    ["that C1 cancels", { call: 3, fault: { kind: "cancelled" } }, "c1", "task was cancelled"],
    ["that C1 cancels before it begins", { fault: { kind: "cancelled" } }, "c1", "task was cancelled"],
  ] as const) {
    it.live(`${what} is finished as cancelled, uploads nothing, and is continued by the next task`, () =>
      inC1(
        Effect.gen(function* () {
          const c1 = yield* SimulatedC1
          const { connector, asked, mend } = slow()
          const { told, workFolder } = yield* startLoop(connector)
          const first = yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
          assert.deepStrictEqual([first.outcome?.status?.code, first.assets.length], [1, 0])
          assert.include(first.outcome?.status?.message ?? "", message)
          assert.strictEqual(told("TaskCancelled")[0]?.by, by)
          if (by === "lostHeartbeats") assert.lengthOf(told("HeartbeatLost"), 9)

          c1.clearFaults()
          mend()
          const begun = asked.length
          const second = yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
          assert.deepStrictEqual([second.outcome?.finalState.case, second.assets.length], ["success", 1])
          // What had been read is not read again.
          assert.deepStrictEqual(asked.slice(begun), begun === 0 ? [0, 1, 2, 3] : [2, 3])
          assert.deepStrictEqual(readdirSync(workFolder), [])
        }),
        { faults: [{ method: "Heartbeat", ...fault }] },
      ),
    )
  }

  it.live("goes on where eight heartbeats in a row are lost", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { connector, mend, asked } = slow()
        const { told } = yield* startLoop(connector)
        const id = yield* addOne({ syncFull: {} })
        yield* eventually(
          () => told("HeartbeatLost").length === 8 && told("HeartbeatSent").length > 1 && asked.length > 2,
        )
        assert.lengthOf(told("TaskCancelled"), 0)
        mend()
        c1.cancelTask(id)
        assert.strictEqual((yield* c1.untilFinished(id)).outcome?.status?.code, 1)
      }),
      { faults: [{ method: "Heartbeat", times: 8, fault: { kind: "status", code: "UNAVAILABLE" } }] },
    ),
  )

  it.live("is uploaded again from its first byte where the stream is reset in the middle", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told } = yield* startLoop(clubhouse({ pages: 5, bulk: 40_000 }).connector)
        const { assets, outcome } = yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
        assert.deepStrictEqual([assets.length, outcome?.finalState.case], [1, "success"])
        assert.lengthOf(told("UploadFailed"), 2)
        assert.strictEqual(told("UploadFinished")[0]?.bytes, assets[0]?.bytes)
      }),
      { faults: [{ method: "UploadAsset", times: 2, fault: { kind: "resetStream", afterBytes: 1000 } }] },
    ),
  )

  for (const [what, fault, attempts, code] of [
    ["three times in vain", { kind: "resetStream", afterBytes: 1000 }, 3, 14],
    ["once, where C1 refuses it", { kind: "status", code: "PERMISSION_DENIED" }, 1, 7],
    ["three times where C1 finds the checksum wrong", { kind: "status", code: "DATA_LOSS" }, 3, 15],
  ] as const) {
    it.live(`that is uploaded ${what} is finished as an error to be given again, and leaves no file behind`, () =>
      inC1(
        Effect.gen(function* () {
          const c1 = yield* SimulatedC1
          const { workFolder, told } = yield* startLoop(clubhouse().connector)
          const { assets, outcome } = yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
          yield* eventually(() => told("TaskFinished").length === 1)
          assert.deepStrictEqual([assets.length, outcome?.status?.code, c1.calls()["UploadAsset"]], [0, code, attempts])
          assert.isFalse(outcome?.finalState.value?.$typeName.endsWith("Success"))
          assert.lengthOf(told("UploadFailed"), attempts)
          assert.isFalse(told("TaskFinished")[0]?.end.nonRetryable)
          assert.deepStrictEqual(readdirSync(workFolder), [])
        }),
        { faults: [{ method: "UploadAsset", times: "always", fault }] },
      ),
    )
  }

  it.live("beside another of the same kind has a file of its own, and both are uploaded", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { connector, asked, mend } = slow()
        const { workFolder, told } = yield* startLoop(connector)
        const ids = yield* c1.addTasks([{ syncFull: {} }, { syncFull: {} }])
        yield* eventually(() => asked.filter((page) => page === 2).length === 2)
        assert.lengthOf(readdirSync(workFolder), 2)
        // Nobody ever gets beyond the second page, so the two are cancelled, and taken up by the next two.
        for (const id of ids) c1.cancelTask(id)
        yield* Effect.forEach(ids, c1.untilFinished)
        mend()
        const begun = asked.length
        const next = yield* c1.addTasks([{ syncFull: {} }, { syncFull: {} }])
        const ends = yield* Effect.forEach(next, c1.untilFinished)
        yield* eventually(() => told("TaskFinished").length === 4)
        assert.deepStrictEqual(
          ends.map(({ assets }) => assets.length),
          [1, 1],
        )
        assert.sameMembers(asked.slice(begun), [2, 2, 3, 3])
        assert.deepStrictEqual(readdirSync(workFolder), [])
      }),
    ),
  )

  it.live("whose connector is away is finished as unavailable, and is continued by the next task", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        let isAway = true
        const away = new ConnectorError({
          reason: "Unavailable",
          message: "It is away.",
          hint: "Wait.",
          retryAfterMillis: 30_000,
        })
        const { connector, asked } = clubhouse({
          beforePage: (page) => (page === 2 && isAway ? Effect.fail(away) : Effect.void),
        })
        yield* startLoop(connector)
        const first = yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
        assert.deepStrictEqual([first.outcome?.status?.code, first.assets.length], [14, 0])
        assert.deepStrictEqual(
          first.outcome?.status?.details.map(({ typeUrl }) => typeUrl.split(".").at(-1)),
          ["RateLimitDescription"],
        )
        isAway = false
        yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
        assert.deepStrictEqual(asked, [0, 1, 2, 2])
      }),
    ),
  )
})
