import { assert, describe, it } from "@effect/vitest"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { Effect, Layer } from "effect"
import { databaseLayer, Runs, taskRowsOf } from "../src/index.ts"

const world = Effect.gen(function* () {
  const url = yield* (yield* sharedPostgres).freshDatabase
  const services = yield* Layer.build(Layer.provideMerge(Runs.layer, databaseLayer({ url })))
  return (connection: string, replica: string) =>
    Effect.flatMap(
      Runs.use(({ takeOver }) => takeOver(connection, replica)),
      taskRowsOf,
    ).pipe(Effect.provideContext(services))
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
