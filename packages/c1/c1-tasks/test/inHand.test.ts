// Tasks that are kept while a process has them, and those that others have left.
import { assert, describe, it } from "@effect/vitest"
import { SimulatedC1 } from "@rollcall/c1-simulator"
import { C1Error, C1Fence, C1Service } from "@rollcall/c1-client"
import { Effect } from "effect"
import type { TaskInHand } from "../src/index.ts"
import { TasksInHand } from "../src/index.ts"
import { clubhouse, grantTo } from "./clubhouse.ts"
import { addOne, eventually, inC1, startLoop } from "./running.ts"

/** Tasks in hand as a list, with what else happened to them. */
const kept = (left: ReadonlyArray<TaskInHand> = []) => {
  const inHand = new Set(left.map(({ id }) => id))
  const told: Array<string> = []
  const tasks: typeof TasksInHand.Service = {
    received: ({ id, kind }) =>
      Effect.sync(() => {
        inHand.add(id)
        told.push(`received ${kind}`)
        return true
      }),
    ended: (id) => Effect.sync(() => void inHand.delete(id)),
    left: Effect.sync(() => left),
  }
  return { inHand, told, tasks }
}

describe("a task in hand", () => {
  it.live("is kept before it is begun, and until C1 knows how it ended", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { inHand, told, tasks } = kept()
        const { connector } = clubhouse({ beforeWrite: Effect.sync(() => void told.push(`begun of ${inHand.size}`)) })
        yield* Effect.provideService(startLoop(connector), TasksInHand, tasks)
        yield* c1.addFaults([{ method: "FinishTask", fault: { kind: "status", code: "UNAVAILABLE" } }])
        const id = yield* addOne(grantTo("ada"))
        yield* c1.until(() => c1.calls()["FinishTask"] === 1)
        assert.deepStrictEqual([...inHand], [id])
        yield* c1.untilFinished(id)
        yield* eventually(() => inHand.size === 0)
        assert.deepStrictEqual(told, ["received grant", "begun of 1"])
      }),
    ),
  )

  it.live("is not kept where it asks for a hello, which is not finished", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told, tasks } = kept()
        yield* Effect.provideService(startLoop(clubhouse().connector), TasksInHand, tasks)
        const id = yield* addOne({ hello: {} })
        yield* c1.until(() => c1.task(id)?.hellos.length === 1)
        assert.deepStrictEqual(told, [])
      }),
    ),
  )

  it.live("is not begun by a process that others have taken over from", () =>
    inC1(
      Effect.gen(function* () {
        const { tasks } = kept()
        const { connector, holders } = clubhouse()
        const late = { ...tasks, received: () => Effect.succeed(false) }
        const { told } = yield* Effect.provideService(startLoop(connector), TasksInHand, late)
        yield* addOne(grantTo("ada"))
        yield* eventually(() => told("TaskFinished").length === 1)
        assert.deepStrictEqual([told("TaskStarted").length, holders.size], [0, 0])
      }),
    ),
  )

  it.live("stays in hand, and is told of no second time, where others took over before it ended", () => {
    let isOver = false
    const over = new C1Error({ reason: "Superseded", message: "The turn is over.", hint: "Nothing needs to be done." })
    return inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { inHand, tasks } = kept()
        const { connector } = clubhouse({ beforeWrite: Effect.sync(() => void (isOver = true)) })
        const { told, stop } = yield* Effect.provideService(startLoop(connector), TasksInHand, tasks)
        const id = yield* addOne(grantTo("ada"))
        yield* eventually(() => told("FinishFailed").length > 0)
        yield* stop
        assert.deepStrictEqual([...inHand], [id])
        assert.deepStrictEqual(
          told("FinishFailed").map(({ error, retryMillis }) => [error.message, retryMillis]),
          [["The turn is over.", undefined]],
        )
        assert.deepStrictEqual(c1.task(id)?.finishes, [])
      }),
    ).pipe(
      Effect.provideService(
        C1Fence,
        Effect.suspend(() => (isOver ? Effect.fail(over) : Effect.void)),
      ),
    )
  })

  it.live("that others have left is finished once as one that can be given again, after the hello", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const id = yield* addOne(grantTo("ada"))
        yield* Effect.flatMap(C1Service, ({ getTask }) => getTask)
        const { inHand, tasks } = kept([{ id, kind: "grant" }])
        const { connector, holders } = clubhouse()
        const left = {
          ...tasks,
          left: Effect.sync(() => [...inHand].map((one) => ({ id: one, kind: "grant" }) as const)),
        }
        const { told } = yield* Effect.provideService(startLoop(connector), TasksInHand, left)
        const { outcome } = yield* c1.untilFinished(id)
        assert.deepInclude(outcome?.status, { message: "The worker that had this task was lost; ask again." })
        assert.deepInclude(outcome?.finalState.value, { nonRetryable: false })
        yield* c1.untilFinished(yield* addOne(grantTo("eve")))
        yield* eventually(() => told("TaskFinished").length === 2 && inHand.size === 0)
        assert.deepStrictEqual([c1.task(id)?.finishes.length, [...holders]], [1, ["eve"]])
        const calls = c1.captured().map(({ call }) => call)
        assert.isBelow(calls.indexOf("Hello"), calls.indexOf("FinishTask"))
      }),
    ),
  )
})
