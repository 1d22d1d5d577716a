// A client whose turn is over sends nothing.
import { assert, it } from "@effect/vitest"
import { SimulatedC1 } from "@rollcall/c1-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { C1Error, C1Fence, C1Service, UploadEvents } from "../src/index.ts"
import { addOne, inC1 } from "./inC1.ts"

const over = new C1Error({ reason: "Unavailable", message: "The turn is over.", hint: "Nothing needs to be done." })

const world = Effect.gen(function* () {
  let isOver = false
  const fence = Effect.suspend(() => (isOver ? Effect.fail(over) : Effect.void))
  const path = join(yield* scratchFolder("fence"), "sync.c1z")
  writeFileSync(path, "a file")
  return { fence, path, end: () => void (isOver = true) }
})

const success = { finalState: { case: "success", value: {} } } as const

it.live("makes no call of any kind", () =>
  Effect.gen(function* () {
    const { fence, path, end } = yield* world
    const work = Effect.gen(function* () {
      const c1 = yield* SimulatedC1
      const service = yield* C1Service
      const id = yield* addOne({ syncFull: {} })
      yield* service.getTask
      const before = c1.captured()
      end()
      for (const call of [
        service.hello({}),
        service.getTask,
        service.getTasks({ pageSize: 1, known: [] }),
        service.heartbeat(id),
        service.finishTask(id, success),
        service.uploadAsset(id, path),
      ]) {
        const error = yield* Effect.flip(call)
        assert.deepStrictEqual([error.message, error.isTransient], ["The turn is over.", true])
      }
      assert.deepStrictEqual(c1.captured(), before)
      assert.deepStrictEqual(c1.calls(), { token: 1, GetTask: 1 })
    })
    yield* inC1(work).pipe(Effect.provideService(C1Fence, fence))
  }).pipe(Effect.scoped),
)

it.live("begins no further attempt of an upload once the turn is over", () =>
  Effect.gen(function* () {
    const { fence, path, end } = yield* world
    const work = Effect.gen(function* () {
      const c1 = yield* SimulatedC1
      const service = yield* C1Service
      const id = yield* addOne({ syncFull: {} })
      yield* service.getTask
      yield* c1.addFaults([{ method: "UploadAsset", fault: { kind: "status", code: "UNAVAILABLE" } }])
      const upload = Effect.provideService(service.uploadAsset(id, path), UploadEvents, () => Effect.sync(end))
      assert.strictEqual((yield* Effect.flip(upload)).message, "The turn is over.")
      assert.strictEqual(c1.calls()["UploadAsset"], 1)
    })
    yield* inC1(work).pipe(Effect.provideService(C1Fence, fence))
  }).pipe(Effect.scoped),
)

it.live("asks once more before a call that had to wait for the connection, and once where it was open", () =>
  Effect.gen(function* () {
    let asked = 0
    const fence = Effect.suspend(() => (++asked === 2 ? Effect.fail(over) : Effect.void))
    const work = Effect.gen(function* () {
      const c1 = yield* SimulatedC1
      const service = yield* C1Service
      assert.strictEqual((yield* Effect.flip(service.getTask)).message, "The turn is over.")
      assert.deepStrictEqual([asked, c1.calls()], [2, { token: 1 }])
      yield* service.getTask
      assert.deepStrictEqual([asked, c1.calls()], [3, { token: 1, GetTask: 1 }])
    })
    yield* inC1(work).pipe(Effect.provideService(C1Fence, fence))
  }).pipe(Effect.scoped),
)
