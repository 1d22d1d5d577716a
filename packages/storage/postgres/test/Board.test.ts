import { assert, describe, layer } from "@effect/vitest"
import { ConnectionStore } from "@rollcall/connection-store"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { Effect, Layer } from "effect"
import { Board, connectionStorePostgres, databaseLayer, Runs } from "../src/index.ts"

const stores = Layer.unwrap(
  Effect.gen(function* () {
    const { freshDatabase } = yield* sharedPostgres
    const database = databaseLayer({ url: yield* freshDatabase })
    return Layer.provide(Layer.mergeAll(Board.layer, Runs.layer, connectionStorePostgres), database)
  }),
)

describe.skipIf(!hasPostgres)("what replicas say of connections", () => {
  layer(stores, { excludeTestServices: true })((it) => {
    it.effect("is what the one said whose turn it is, and never what one says whose turn is over", () =>
      Effect.gen(function* () {
        const [{ takeOver }, board] = [yield* Runs, yield* Board]
        const said = Effect.map(board.views, (views) => views.get("hr"))
        const first = yield* takeOver("hr", "a")
        assert.deepStrictEqual(yield* said, { epoch: 1, view: undefined })
        yield* board.say(first, "first")
        const second = yield* takeOver("hr", "b")
        yield* board.say(first, "late")
        assert.deepStrictEqual(yield* said, { epoch: 2, view: "first" })
        yield* board.say(second, "second")
        assert.deepStrictEqual(yield* said, { epoch: 2, view: "second" })
      }),
    )

    it.effect("is forgotten with a connection that is removed, and whose turn it was can see that it is over", () =>
      Effect.gen(function* () {
        const [{ takeOver }, board, store] = [yield* Runs, yield* Board, yield* ConnectionStore]
        const added = { name: "spare", labels: {}, settings: {} }
        yield* store.add(added)
        const turn = yield* takeOver("spare", "a")
        yield* board.say(turn, "first")
        yield* store.remove("spare")
        yield* store.add(added)
        yield* board.say(turn, "late")
        assert.deepStrictEqual((yield* board.views).get("spare"), { epoch: turn.epoch + 1, view: undefined })
      }),
    )

    it.effect("has a request for a sync until one begins, also where who was to begin it is gone before that", () =>
      Effect.gen(function* () {
        const [{ takeOver, begin }, { askForSync, requests }] = [yield* Runs, yield* Board]
        const gone = yield* takeOver("sales", "a")
        yield* askForSync("sales")
        yield* askForSync("sales")
        yield* askForSync("support")
        assert.deepStrictEqual(yield* requests([]), [])
        assert.deepStrictEqual(yield* requests(["hr", "sales"]), ["sales"])

        const turn = yield* takeOver("sales", "b")
        assert.deepStrictEqual(yield* requests(["sales"]), ["sales"])
        assert.strictEqual((yield* Effect.flip(begin(gone, 1000, { isAsked: true })))._tag, "Superseded")
        assert.deepStrictEqual(yield* requests(["sales"]), ["sales"])
        yield* begin(turn, 2000, { isAsked: true })
        assert.deepStrictEqual(yield* requests(["sales", "support"]), ["support"])
      }),
    )

    it.effect("has a request answered by any sync that begins after it, and by none that goes on from before", () =>
      Effect.gen(function* () {
        const [{ takeOver, begin, publish }, { askForSync, requests }] = [yield* Runs, yield* Board]
        const turn = yield* takeOver("ops", "a")
        yield* askForSync("ops")
        yield* begin(turn, 1000)
        assert.deepStrictEqual(yield* requests(["ops"]), [])
        yield* askForSync("ops")
        yield* begin(turn, 1000)
        assert.deepStrictEqual(yield* requests(["ops"]), ["ops"])
        yield* publish(turn, "ops.1000.1.c1z")
        assert.deepStrictEqual(yield* requests(["ops"]), ["ops"])
        yield* begin(turn, 2000)
        assert.deepStrictEqual(yield* requests(["ops"]), [])
      }),
    )
  })
})
