import { assert, describe, it } from "@effect/vitest"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { Effect, Layer } from "effect"
import { Board, databaseLayer, Runs } from "../src/index.ts"

describe.skipIf(!hasPostgres)("what replicas say of connections", () => {
  it.live("is what the one said whose turn it is, and never what one says whose turn is over", () =>
    Effect.gen(function* () {
      const { freshDatabase } = yield* sharedPostgres
      const url = yield* freshDatabase
      yield* Effect.gen(function* () {
        const [runs, board] = [yield* Runs, yield* Board]
        const first = yield* runs.takeOver("sales", "a")
        yield* board.say(first, "first")
        const second = yield* runs.takeOver("sales", "b")
        yield* board.say(first, "late")
        assert.deepStrictEqual(yield* board.views, new Map([["sales", "first"]]))
        yield* board.say(second, "second")
        assert.deepStrictEqual(yield* board.views, new Map([["sales", "second"]]))
      }).pipe(Effect.provide(Layer.mergeAll(Board.layer, Runs.layer).pipe(Layer.provide(databaseLayer({ url })))))
    }),
  )

  it.live("has a request for a sync until one begins, also where who was to begin it is gone before that", () =>
    Effect.gen(function* () {
      const { freshDatabase } = yield* sharedPostgres
      const url = yield* freshDatabase
      yield* Effect.gen(function* () {
        const { askForSync, requests } = yield* Board
        const runs = yield* Runs
        const gone = yield* runs.takeOver("sales", "a")
        yield* askForSync("sales")
        yield* askForSync("sales")
        yield* askForSync("support")
        assert.deepStrictEqual(yield* requests([]), [])
        assert.deepStrictEqual(yield* requests(["ops", "sales"]), ["sales"])

        const turn = yield* runs.takeOver("sales", "b")
        assert.deepStrictEqual(yield* requests(["sales"]), ["sales"])
        assert.strictEqual((yield* Effect.flip(runs.begin(gone, 1000, { isAsked: true })))._tag, "Superseded")
        assert.deepStrictEqual(yield* requests(["sales"]), ["sales"])
        yield* runs.begin(turn, 2000, { isAsked: true })
        assert.deepStrictEqual(yield* requests(["sales", "support"]), ["support"])
      }).pipe(Effect.provide(Layer.mergeAll(Board.layer, Runs.layer).pipe(Layer.provide(databaseLayer({ url })))))
    }),
  )

  it.live("has a request answered by any sync that begins after it, and by none that goes on from before", () =>
    Effect.gen(function* () {
      const { freshDatabase } = yield* sharedPostgres
      const url = yield* freshDatabase
      yield* Effect.gen(function* () {
        const { askForSync, requests } = yield* Board
        const runs = yield* Runs
        const turn = yield* runs.takeOver("sales", "a")
        yield* askForSync("sales")
        yield* runs.begin(turn, 1000)
        assert.deepStrictEqual(yield* requests(["sales"]), [])
        yield* askForSync("sales")
        yield* runs.begin(turn, 1000)
        assert.deepStrictEqual(yield* requests(["sales"]), ["sales"])
        yield* runs.publish(turn, "sales.1000.1.c1z")
        assert.deepStrictEqual(yield* requests(["sales"]), ["sales"])
        yield* runs.begin(turn, 2000)
        assert.deepStrictEqual(yield* requests(["sales"]), [])
      }).pipe(Effect.provide(Layer.mergeAll(Board.layer, Runs.layer).pipe(Layer.provide(databaseLayer({ url })))))
    }),
  )
})
