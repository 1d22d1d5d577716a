// A long day: a thousand tasks, while a tenth of all calls fails in some way.
import { assert, describe, it } from "@effect/vitest"
import type { Fault } from "@rollcall/c1-simulator"
import { SimulatedC1 } from "@rollcall/c1-simulator"
import { Effect, Random } from "effect"
import { grantTo, lockDoor, revokeFrom } from "./clubhouse.ts"
import { eventually, freshFolder, inC1, leftOfSyncs, wallClock } from "./running.ts"
import { startLoopProcess } from "./startLoopProcess.ts"

const quick = [
  (n: number) => grantTo(`m${n % 7}`),
  (n: number) => revokeFrom(`m${n % 5}`),
  () => lockDoor,
  () => ({ actionListSchemas: {} }),
  () => ({ actionStatus: { id: "x" } }),
  () => ({ listEventFeeds: {} }),
  () => ({ createAccount: {} }),
  () => ({ unknownKind: 300 }),
  () => ({ grant: {} }),
]

/** Faults of one kind, at calls at random. */
const faultsAt = Effect.fnUntraced(function* (faults: number, faultAt: (call: number) => Fault) {
  const calls = Array.from({ length: faults }, () => Random.nextIntBetween(1, 900))
  return (yield* Effect.all(calls)).map(faultAt)
})

const randomFaults = Effect.gen(function* () {
  const all: Array<Fault> = []
  for (const method of ["GetTask", "FinishTask", "Heartbeat", "UploadAsset"] as const) {
    for (const code of ["UNAVAILABLE", "INTERNAL", "UNAUTHENTICATED"] as const) {
      all.push(...(yield* faultsAt(15, (call) => ({ method, call, fault: { kind: "status", code } }))))
    }
    for (const kind of ["resetStream", "cutConnection"] as const) {
      all.push(...(yield* faultsAt(15, (call) => ({ method, call, fault: { kind } }))))
    }
  }
  return [...all, ...(yield* faultsAt(30, (call) => ({ method: "FinishTask", call, fault: { kind: "loseReply" } })))]
})

/** Every twentieth task is a sync. */
const scriptOf = (n: number) => (n % 20 === 0 ? { syncFull: {} } : (quick[n % quick.length]?.(n) ?? {}))

describe("a thousand tasks in a row, with faults at random", () => {
  it.live(
    "are each finished with one outcome, and leave neither files nor memory in use",
    () =>
      inC1(
        Effect.gen(function* () {
          const c1 = yield* SimulatedC1
          yield* c1.addFaults(yield* randomFaults)
          const workFolder = freshFolder()
          const received = new Set<string>()
          const heaps: Array<number> = []
          const seen = { polled: 0, failed: 0 }
          yield* startLoopProcess({ workFolder, pages: 2, impatient: true }, [], (line) => {
            const [what, detail = ""] = line.split(" ")
            if (what === "received") received.add(detail)
            if (what === "heap") heaps.push(Number(detail))
            if (what === "polled") seen.polled++
            if (what === "finish") seen.failed++
          })

          // What C1's lease is for: a task whose answer was lost with the connection was never received.
          const giveLostAgain = Effect.gen(function* () {
            const polls = seen.polled
            const suspects = c1.tasks().filter(({ id, handedOut }) => handedOut > 0 && !received.has(id))
            yield* eventually(() => seen.polled > polls + 1)
            const lost = suspects.filter(({ id }) => !received.has(id))
            yield* c1.addTasks(lost.map(({ id }) => ({ id, ...scriptOf(Number(id.slice(-4))) })))
          })
          yield* Effect.forkScoped(Effect.forever(giveLostAgain))

          for (let hundred = 0; hundred < 10; hundred++) {
            const ids = yield* c1.addTasks(Array.from({ length: 100 }, (_, n) => scriptOf(n)))
            yield* Effect.forEach(ids, c1.untilFinished, { concurrency: "unbounded" })
          }
          const outcomes = c1
            .tasks()
            .map(({ finishes }) => new Set(finishes.map(({ finalState }) => finalState.case)).size)
          assert.deepStrictEqual(
            outcomes,
            Array.from({ length: 1000 }, () => 1),
          )
          assert.isAbove(seen.failed, 10)
          yield* eventually(() => leftOfSyncs(workFolder).length === 0)
          // What is in use after a collection is bytes of this program's own objects, on any machine and at any speed. The first
          // hundreds load and compile what later ones use.
          const [, , third = 0] = heaps
          assert.isBelow((heaps.at(-1) ?? Infinity) - third, 2_000_000)
        }).pipe(Random.withSeed("a long day")),
        { clock: wallClock },
      ),
    180_000,
  )
})
