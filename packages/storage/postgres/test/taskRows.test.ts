import { assert, describe, it } from "@effect/vitest"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { Effect, Layer } from "effect"
import { databaseLayer, Runs, taskRowsOf, uploadRowsOf } from "../src/index.ts"

const world = Effect.gen(function* () {
  const url = yield* (yield* sharedPostgres).freshDatabase
  const services = yield* Layer.build(Layer.provideMerge(Runs.layer, databaseLayer({ url })))
  return (connection: string, replica: string) =>
    Effect.gen(function* () {
      const turn = yield* Runs.use(({ takeOver }) => takeOver(connection, replica))
      return { ...(yield* taskRowsOf(turn)), uploads: yield* uploadRowsOf(turn) }
    }).pipe(Effect.provideContext(services))
})

const task = { id: "3Task0000000000000000000001", kind: "grant" }

describe.skipIf(!hasPostgres)("the tasks in hand", () => {
  it.live("are found by the next turn of the connection alone, until they are ended", () =>
    Effect.gen(function* () {
      const turnOf = yield* world
      const first = yield* turnOf("sales", "a")
      assert.isTrue(yield* first.received(task))
      assert.deepStrictEqual(yield* first.left, [])
      assert.deepStrictEqual(yield* (yield* turnOf("support", "b")).left, [])
      const second = yield* turnOf("sales", "b")
      assert.deepStrictEqual(yield* second.left, [task])
      yield* second.ended(task.id)
      assert.deepStrictEqual(yield* second.left, [])
    }).pipe(Effect.scoped),
  )

  it.live("that a turn was given which is over are not its own, and the next turn finds them", () =>
    Effect.gen(function* () {
      const turnOf = yield* world
      const first = yield* turnOf("sales", "a")
      const second = yield* turnOf("sales", "b")
      assert.isFalse(yield* first.received(task))
      assert.deepStrictEqual(yield* second.left, [task])
    }).pipe(Effect.scoped),
  )

  it.live("that were given again stay with the newest turn that has them", () =>
    Effect.gen(function* () {
      const turnOf = yield* world
      const first = yield* turnOf("sales", "a")
      yield* first.received(task)
      const second = yield* turnOf("sales", "b")
      assert.isTrue(yield* second.received(task))
      assert.deepStrictEqual(yield* second.left, [])
      yield* first.ended(task.id)
      assert.isFalse(yield* first.received(task))
      assert.deepStrictEqual(yield* second.left, [])
      assert.deepStrictEqual(yield* (yield* turnOf("sales", "c")).left, [task])
    }).pipe(Effect.scoped),
  )
})

it.live.skipIf(!hasPostgres)(
  "what was uploaded is known to the next turn of the connection, and one that is over changes nothing",
  () =>
    Effect.gen(function* () {
      const turnOf = yield* world
      const first = yield* turnOf("sales", "a")
      yield* first.uploads.write("upload-1.json", "old")
      yield* first.uploads.write("upload-1.json", "new")
      const second = yield* turnOf("sales", "b")
      yield* first.uploads.write("upload-1.json", "late")
      assert.deepStrictEqual([yield* second.uploads.read("upload-1.json"), yield* second.uploads.all], ["new", ["new"]])
      assert.isUndefined(yield* (yield* turnOf("support", "b")).uploads.read("upload-1.json"))
    }).pipe(Effect.scoped),
)
