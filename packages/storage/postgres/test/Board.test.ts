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

  it.live("has a request for a sync once, for whoever serves the connection", () =>
    Effect.gen(function* () {
      const { freshDatabase } = yield* sharedPostgres
      const url = yield* freshDatabase
      yield* Effect.gen(function* () {
        const { askForSync, takeRequests } = yield* Board
        yield* askForSync("sales")
        yield* askForSync("sales")
        yield* askForSync("support")
        assert.deepStrictEqual(yield* takeRequests([]), [])
        assert.deepStrictEqual(yield* takeRequests(["ops", "sales"]), ["sales"])
        assert.deepStrictEqual(yield* takeRequests(["ops", "sales"]), [])
        assert.deepStrictEqual(yield* takeRequests(["support"]), ["support"])
      }).pipe(Effect.provide(Layer.provide(Board.layer, databaseLayer({ url }))))
    }),
  )
})
