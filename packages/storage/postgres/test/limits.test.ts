// Several replicas over one database spend the limits of a system together.
import { assert, describe, it } from "@effect/vitest"
import { hasPostgres, PostgresServer, sharedPostgres } from "@rollcall/test-kit/postgres"
import { LimitStore, monotonicMillis, type StoredLimit } from "@rollcall/resilience"
import { Context, Effect, Exit, Layer, Redacted, Scope } from "effect"
import { Database, databaseLayer, limitStorePostgres } from "../src/index.ts"

type Store = LimitStore["Service"]

/** A call every twenty milliseconds; a block has 45 of them. */
const lists: StoredLimit = { key: "T1 lists", owner: "T1", budget: { callsPerMinute: 60, speed: 50 } }
const interval = 20
const blockMillis = 910

/** A replica of its own on this database, and how many statements it has run for calls. */
const replica = (url: Redacted.Redacted) =>
  Effect.gen(function* () {
    let statements = 0
    const counted = Layer.effect(
      Database,
      Effect.map(Database, (database) => {
        const counting =
          (run: typeof database.run): typeof database.run =>
          (statement) => {
            statements += 1
            return run(statement)
          }
        return { ...database, run: counting(database.run), runAgain: counting(database.runAgain) }
      }),
    ).pipe(Layer.provide(databaseLayer({ url })))
    const built = yield* Layer.build(Layer.fresh(Layer.provide(limitStorePostgres, counted)))
    return { store: Context.get(built, LimitStore), statements: () => statements }
  })

/** Waits until the call may go; what it has waited for. */
const call = ({ take }: Store, ...limits: ReadonlyArray<StoredLimit>) =>
  Effect.gen(function* () {
    const waits: Array<string> = []
    let waited = 0
    while (true) {
      const wait = yield* take(limits, true)
      if (wait === undefined) return { waits, waited }
      waits.push(wait.because)
      waited += wait.millis
      yield* Effect.sleep(wait.millis)
    }
  })

const calls = (store: Store, count: number) => Effect.forEach(Array.from({ length: count }), () => call(store, lists))

/** Asks until the store says so. */
const until = ({ take }: Store, because: "budget" | "cooldown" | "goes", limit = lists) =>
  Effect.gen(function* () {
    while (((yield* take([limit], false))?.because ?? "goes") !== because) yield* Effect.sleep(2)
  })

const freshDatabase = Effect.flatMap(sharedPostgres, (server) => server.freshDatabase)

describe.skipIf(!hasPostgres)("limits in PostgreSQL", () => {
  it.live("are never passed by two replicas together", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const [first, second] = [yield* replica(url), yield* replica(url)]
      const begun = yield* monotonicMillis
      yield* Effect.all([calls(first.store, 45), calls(second.store, 45)], { concurrency: "unbounded" })
      const took = (yield* monotonicMillis) - begun
      // However slow the machine is: 90 calls have 89 intervals between them.
      assert.isAtLeast(took, 89 * interval - 1)
    }),
  )

  it.live("come back when the block of a replica that is gone has lapsed", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const scope = yield* Scope.make()
      const killed = yield* Scope.provide(replica(url), scope)
      yield* call(killed.store, lists)
      const { store } = yield* replica(url)
      const wait = yield* store.take([lists], false)
      assert.deepInclude(wait, { because: "budget" })
      assert.isAbove(wait?.millis ?? 0, interval)
      assert.isAtMost(wait?.millis ?? 0, blockMillis)
      assert.isAtMost((yield* call(store, lists)).waited, 2 * blockMillis)
    }),
  )

  it.live("are given back by a replica that stops, as far as it has not spent them", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const slow: StoredLimit = { key: "T1 slow", owner: "T1", budget: { callsPerMinute: 4 } }
      const scope = yield* Scope.make()
      const stopped = yield* Scope.provide(replica(url), scope)
      yield* call(stopped.store, slow)
      yield* call(stopped.store, lists)
      const { store } = yield* replica(url)
      yield* Scope.close(scope, Exit.void)
      // What was spent stays spent: one call, of which there is one in fifteen seconds.
      const left = (yield* store.take([slow], true))?.millis ?? 0
      assert.isAbove(left, 0)
      assert.isAtMost(left, 15_000)
      yield* call(store, lists)
    }),
  )

  it.live("stay with a replica that took them after one that gives back its own", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const slow: StoredLimit = { key: "T1 slow", owner: "T1", budget: { callsPerMinute: 4 } }
      const scope = yield* Scope.make()
      const stopped = yield* Scope.provide(replica(url), scope)
      yield* call(stopped.store, slow)
      const { store } = yield* replica(url)
      assert.isAbove((yield* store.take([slow], true))?.millis ?? 0, 15_000)
      yield* Scope.close(scope, Exit.void)
      const third = yield* replica(url)
      // It has to wait for both.
      assert.isAbove((yield* third.store.take([slow], true))?.millis ?? 0, 31_000)
    }),
  )

  it.live("rest for every replica when one of them is told to pause, also for one that has budget left", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const [first, second] = [yield* replica(url), yield* replica(url)]
      yield* call(second.store, lists)
      yield* until(second.store, "goes")
      yield* first.store.coolDown([lists], 60_000)
      yield* until(second.store, "cooldown")
      assert.isAbove(yield* second.store.restMillis("T1 lists"), 50_000)
      const later = yield* replica(url)
      assert.deepInclude(yield* later.store.take([lists], true), { because: "cooldown" })
      // A shorter one does not end a longer one.
      yield* second.store.coolDown([lists], 10)
      assert.isAbove((yield* first.store.take([lists], true))?.millis ?? 0, 50_000)
      const others: StoredLimit = { ...lists, key: "T1 others" }
      assert.isUndefined(yield* first.store.take([others], true))
    }),
  )

  it.live(
    "are not spent while the database is away, although there is budget left, and are again when it is back",
    () =>
      Effect.gen(function* () {
        const server = yield* PostgresServer
        const slow: StoredLimit = { ...lists, budget: { callsPerMinute: 600 } }
        const { store } = yield* replica(yield* server.freshDatabase)
        yield* call(store, slow)
        yield* server.stop("immediate")
        yield* until(store, "budget")
        for (let times = 0; times < 5; times += 1) {
          assert.deepInclude(yield* store.take([slow], true), { because: "budget" })
          yield* Effect.sleep(50)
        }
        yield* server.start
        yield* until(store, "goes", slow)
      }).pipe(Effect.provide(PostgresServer.layer)),
  )

  it.live("climb and fall for all replicas", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const [first, second] = [yield* replica(url), yield* replica(url)]
      const climbing: StoredLimit = {
        ...lists,
        budget: { callsPerMinute: 60, speed: 1000, climb: { step: 1, most: 4 } },
      }
      // Blocks of 45 calls at the published rate.
      const spend = ({ store }: typeof first) =>
        Effect.forEach(Array.from({ length: 200 }), () => call(store, climbing))
      const row = Effect.map(
        Effect.flatMap(sharedPostgres, ({ execute }) =>
          execute("select rate, refused from rollcall_limit", new URL(Redacted.value(url)).pathname.slice(1)),
        ),
        ([limit]) => limit,
      )
      yield* spend(first)
      yield* spend(second)
      assert.deepStrictEqual(yield* row, { rate: 4, refused: false })
      yield* second.store.coolDown([climbing], 10)
      assert.deepStrictEqual(yield* row, { rate: null, refused: true })
      yield* spend(first)
      assert.deepStrictEqual(yield* row, { rate: null, refused: true })
    }),
  )

  it.live("of an account are taken together when it is called again", () =>
    Effect.gen(function* () {
      const { store, statements } = yield* replica(yield* freshDatabase)
      const methods = ["users", "teams", "groups", "apps"].map((name): StoredLimit => ({ ...lists, key: `T1 ${name}` }))
      const other: StoredLimit = { ...lists, key: "T2 users", owner: "T2" }
      yield* Effect.forEach([...methods, other], (limit) => call(store, limit))
      yield* Effect.sleep(blockMillis + 50)
      const before = statements()
      yield* Effect.forEach(methods, (limit) => call(store, limit))
      assert.strictEqual(statements() - before, 1)
    }),
  )

  it.live("let a burst go at once, and a call under several of them when all do", () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase
      const { store } = yield* replica(url)
      const reads: StoredLimit = { key: "E1 reads", owner: "E1", budget: { callsPerMinute: 60, burst: 40 } }
      const other = yield* replica(url)
      for (let times = 0; times < 20; times += 1) assert.isUndefined(yield* store.take([reads], true))
      // The other half, but for the room of a call, is another replica's.
      let gone = 0
      while ((yield* other.store.take([reads], true)) === undefined) gone += 1
      assert.isAtLeast(gone, 18)
      assert.isBelow(gone, 30)
      assert.deepInclude(yield* other.store.take([lists, reads], true), { at: 1, because: "budget" })
      assert.isUndefined(yield* other.store.take([lists], true))
    }),
  )

  it.live("without a number let calls go as they come, and rest all the same", () =>
    Effect.gen(function* () {
      const { store, statements } = yield* replica(yield* freshDatabase)
      const free: StoredLimit = { key: "free", budget: { callsPerMinute: Number.POSITIVE_INFINITY } }
      for (let times = 0; times < 50; times += 1) assert.isUndefined(yield* store.take([free], true))
      assert.strictEqual(statements(), 1)
      yield* store.coolDown([free], 60_000)
      assert.deepInclude(yield* store.take([free], true), { because: "cooldown" })
    }),
  )
})
