// A sync of C1's: cancelled, whose upload fails, beside another, or of a system that is away; and what the next one makes of it.
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { type Fault, SimulatedC1 } from "@rollcall/c1-simulator"
import { ConnectorError } from "@rollcall/connector"
import { Duration, Effect } from "effect"
import { clubhouse } from "./clubhouse.ts"
import { addOne, eventually, freshFolder, inC1, leftOfSyncs, startLoop, wallClock } from "./running.ts"

/** A club whose third page is never given until it is released. */
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
  return { connector: club.connector, asked, release: () => void (isStuck = false) }
}

describe("a sync", () => {
  for (const [what, fault, by, message, resumedAt] of [
    [
      "whose heartbeat fails nine times",
      { times: "always", fault: { kind: "status", code: "UNAVAILABLE" } },
      "lostHeartbeats",
      "task failed heartbeat",
      2,
    ],
    ["that C1 cancels", { fault: { kind: "cancelled" } }, "c1", "task was cancelled", 2],
    ["that C1 cancels before it begins", { fault: { kind: "cancelled" } }, "c1", "task was cancelled", 0],
  ] as const) {
    it.live(`${what} is finished as cancelled, uploads nothing, and is resumed by the next task`, () =>
      inC1(
        Effect.gen(function* () {
          const c1 = yield* SimulatedC1
          const { connector, asked, release } = slow()
          const fail = c1.addFaults([{ method: "Heartbeat", ...fault }])
          if (resumedAt === 0) yield* fail
          const { told, workFolder } = yield* startLoop(connector)
          const id = yield* addOne({ syncFull: {} })
          if (resumedAt > 0) {
            yield* eventually(() => asked.includes(resumedAt))
            yield* fail
          }
          const first = yield* c1.untilFinished(id)
          assert.deepStrictEqual([first.outcome?.status?.code, first.assets.length], [1, 0])
          assert.include(first.outcome?.status?.message ?? "", message)
          assert.strictEqual(told("TaskCancelled")[0]?.by, by)
          if (by === "lostHeartbeats") assert.lengthOf(told("HeartbeatFailed"), 9)

          c1.clearFaults()
          release()
          const begun = asked.length
          const second = yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
          assert.deepStrictEqual([second.outcome?.finalState.case, second.assets.length], ["success", 1])
          // What had been read is not read again.
          assert.deepStrictEqual(asked.slice(begun), [0, 1, 2, 3].slice(resumedAt))
          assert.deepStrictEqual(leftOfSyncs(workFolder), [])
        }),
      ),
    )
  }

  const eightLost = (call: number): Fault => ({
    method: "Heartbeat",
    call,
    times: 8,
    fault: { kind: "status", code: "UNAVAILABLE" },
  })

  it.live("goes on although eight heartbeats in a row are lost, and later eight more", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { connector, release, asked } = slow()
        const { told } = yield* startLoop(connector)
        const id = yield* addOne({ syncFull: {} })
        yield* eventually(
          () => told("HeartbeatFailed").length === 16 && told("HeartbeatSent").length > 1 && asked.length > 2,
        )
        assert.lengthOf(told("TaskCancelled"), 0)
        release()
        c1.cancelTask(id)
        assert.strictEqual((yield* c1.untilFinished(id)).outcome?.status?.code, 1)
      }),
      { c1: { faults: [1, 10].map((call) => eightLost(call)) } },
    ),
  )

  it.live("is uploaded again from its first byte if the stream is reset in the middle", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told } = yield* startLoop(clubhouse({ pages: 5, bulk: 40_000 }).connector)
        const { assets, outcome } = yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
        assert.deepStrictEqual([assets.length, outcome?.finalState.case], [1, "success"])
        assert.lengthOf(told("UploadFailed"), 2)
        assert.strictEqual(told("UploadFinished")[0]?.bytes, assets[0]?.bytes)
      }),
      { c1: { faults: [{ method: "UploadAsset", times: 2, fault: { kind: "resetStream", afterBytes: 1000 } }] } },
    ),
  )

  for (const [what, fault, attempts, code] of [
    ["three times without success", { kind: "resetStream", afterBytes: 1000 }, 3, 14],
    ["once, because C1 refuses it,", { kind: "status", code: "PERMISSION_DENIED" }, 1, 7],
    ["three times, because C1 finds the checksum wrong,", { kind: "status", code: "DATA_LOSS" }, 3, 15],
  ] as const) {
    it.live(`that is uploaded ${what} is finished with a retryable error, and leaves no file behind`, () =>
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
          assert.deepStrictEqual(leftOfSyncs(workFolder), [])
        }),
        { c1: { faults: [{ method: "UploadAsset", times: "always", fault }] } },
      ),
    )
  }

  it.live("that runs at the same time as another has a file of its own, and both are uploaded", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { connector, asked, release } = slow()
        const { workFolder, told } = yield* startLoop(connector)
        const ids = yield* c1.addTasks([{ syncFull: {} }, { syncFull: {} }])
        yield* eventually(() => asked.filter((page) => page === 2).length === 2)
        assert.lengthOf(leftOfSyncs(workFolder), 2)
        // Nobody ever gets beyond the second page, so the two are cancelled, and resumed by the next two.
        for (const id of ids) c1.cancelTask(id)
        yield* Effect.forEach(ids, c1.untilFinished)
        release()
        const begun = asked.length
        const next = yield* c1.addTasks([{ syncFull: {} }, { syncFull: {} }])
        const ends = yield* Effect.forEach(next, c1.untilFinished)
        yield* eventually(() => told("TaskFinished").length === 4)
        assert.deepStrictEqual(
          ends.map(({ assets }) => assets.length),
          [1, 1],
        )
        assert.sameMembers(asked.slice(begun), [2, 2, 3, 3])
        assert.deepStrictEqual(leftOfSyncs(workFolder), [])
      }),
    ),
  )

  it.live("whose system is unavailable is finished as unavailable, and is resumed by the next task", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        let isAway = true
        const away = new ConnectorError({
          reason: { _tag: "Unavailable", scope: "system", retryAfter: Duration.seconds(30) },
          message: "It is away.",
          hint: "Wait.",
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

describe("a sync that shows far less than what was uploaded last", () => {
  /** A worker with a folder, in which a club of thirty was uploaded. */
  const thirtyUploaded = Effect.gen(function* () {
    const workFolder = freshFolder()
    const c1 = yield* SimulatedC1
    const loop = yield* startLoop(clubhouse({ pages: 30 }).connector, { workFolder })
    assert.lengthOf((yield* c1.untilFinished(yield* addOne({ syncFull: {} }))).assets, 1)
    yield* eventually(() => loop.told("TaskFinished").length === 1)
    assert.lengthOf(loop.told("NoPreviousUpload"), 1)
    yield* loop.stop
    return { c1, workFolder }
  })

  // A clock that leaps would make what was read too old to be resumed, and would give up at once on the last answer to a poll: a
  // task that C1 gives in it is not given again.
  const atWallClock = { clock: wallClock }

  it.live("is finished with a retryable error, and uploads nothing", () =>
    inC1(
      Effect.gen(function* () {
        const { c1, workFolder } = yield* thirtyUploaded
        const { connector, asked } = clubhouse({ pages: 5 })
        const { told } = yield* startLoop(connector, { workFolder })
        for (const attempt of [1, 2]) {
          const { assets, outcome } = yield* c1.untilFinished(yield* addOne({ syncFull: {} }))
          assert.deepStrictEqual([assets.length, outcome?.status?.code], [0, 14])
          assert.include(outcome?.status?.message ?? "", "30 member before, 5 now")
          yield* eventually(() => told("TaskFinished").length === attempt)
          assert.isFalse(told("TaskFinished")[0]?.end.nonRetryable)
          // The next attempt reads from the beginning.
          assert.lengthOf(asked, 5 * attempt)
        }
        assert.deepStrictEqual([c1.calls()["UploadAsset"], told("NoPreviousUpload").length], [1, 0])
      }),
      atWallClock,
    ),
  )

  it.live(
    "is uploaded without reading again once every loss is accepted, and is what the next one is compared with",
    () =>
      inC1(
        Effect.gen(function* () {
          const { c1, workFolder } = yield* thirtyUploaded
          const first = yield* startLoop(clubhouse({ pages: 5 }).connector, { workFolder })
          assert.lengthOf((yield* c1.untilFinished(yield* addOne({ syncFull: {} }))).assets, 0)
          yield* eventually(() => first.told("TaskFinished").length === 1)
          yield* first.stop

          const { connector, asked } = clubhouse({ pages: 5 })
          const allowShrinkUntil = Date.UTC(9999, 0, 1)
          const second = yield* startLoop(connector, { workFolder, allowShrinkUntil })
          assert.lengthOf((yield* c1.untilFinished(yield* addOne({ syncFull: {} }))).assets, 1)
          assert.deepStrictEqual(asked, [])
          yield* eventually(() => second.told("TaskFinished").length === 1)
          yield* second.stop

          yield* startLoop(connector, { workFolder })
          assert.lengthOf((yield* c1.untilFinished(yield* addOne({ syncFull: {} }))).assets, 1)
        }),
        atWallClock,
      ),
  )

  it.live("is uploaded if the setting allows as much, or if the last upload was for another request", () =>
    inC1(
      Effect.gen(function* () {
        const { c1, workFolder } = yield* thirtyUploaded
        const { told } = yield* startLoop(clubhouse({ pages: 5 }).connector, { workFolder, maxShrink: 90 })
        const narrowed = { syncFull: { syncResourceTypeIds: ["member"] } }
        assert.lengthOf((yield* c1.untilFinished(yield* addOne(narrowed))).assets, 1)
        yield* eventually(() => told("NoPreviousUpload").length === 1)
        assert.lengthOf((yield* c1.untilFinished(yield* addOne({ syncFull: {} }))).assets, 1)
      }),
      atWallClock,
    ),
  )

  it.live("is uploaded if the record of the last upload is damaged and cannot be compared", () =>
    inC1(
      Effect.gen(function* () {
        const { c1, workFolder } = yield* thirtyUploaded
        for (const name of readdirSync(workFolder)) writeFileSync(join(workFolder, name), "{")
        const { told } = yield* startLoop(clubhouse({ pages: 5 }).connector, { workFolder })
        assert.lengthOf((yield* c1.untilFinished(yield* addOne({ syncFull: {} }))).assets, 1)
        assert.lengthOf(told("NoPreviousUpload"), 1)
      }),
      atWallClock,
    ),
  )
})
