import { assert, describe, it } from "@effect/vitest"
import { hasPostgres, PostgresServer, sharedPostgres } from "@rollcall/test-kit/postgres"
import { Effect, Fiber, Layer, Result } from "effect"
import { databaseLayer, Database, Runs, workLogOf } from "../src/index.ts"

const onDatabase = <A, E>(work: Effect.Effect<A, E, Runs | Database>) =>
  Effect.gen(function* () {
    const { freshDatabase } = yield* sharedPostgres
    const url = yield* freshDatabase
    return yield* Effect.provide(work, Layer.provideMerge(Runs.layer, databaseLayer({ url })))
  })

const nothing = { since: undefined, unfinished: undefined, last: undefined, publishedAt: undefined, file: undefined }

describe.skipIf(!hasPostgres)("the turns of workers with a connection", () => {
  it.live("tell a worker whose turn is over so, whatever it wants to write, and change nothing for it", () =>
    onDatabase(
      Effect.gen(function* () {
        const runs = yield* Runs
        const first = yield* runs.takeOver("sales", "a")
        const { since } = yield* runs.state("sales")
        yield* runs.begin(first, 1000)
        const log = yield* workLogOf(first)
        yield* log.append({ _tag: "Restarted", step: "people" })

        const second = yield* runs.takeOver("sales", "b")
        assert.strictEqual(second.epoch, first.epoch + 1)
        const publish = runs.publish(first, "late.c1z")
        for (const late of [runs.check(first), runs.begin(first, 2000), runs.forgetWork(first), publish]) {
          assert.strictEqual((yield* Effect.flip(late))._tag, "Superseded")
        }
        const refused = yield* Effect.flip(log.append({ _tag: "Restarted", step: "teams" }))
        assert.strictEqual(refused.reason, "Busy")
        assert.deepStrictEqual(yield* runs.state("sales"), { ...nothing, since, unfinished: 1000 })
        const { sql, run } = yield* Database
        assert.deepStrictEqual(yield* run(sql`select seq from rollcall_work`), [{ seq: 1 }])

        yield* runs.check(second)
        const clock = run(
          sql<{ millis: number }>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as millis`,
        )
        const [before] = yield* clock
        yield* runs.publish(second, "sales.1000.2.c1z")
        const { publishedAt = 0, ...published } = yield* runs.state("sales")
        assert.deepStrictEqual(published, { since, unfinished: undefined, last: 1000, file: "sales.1000.2.c1z" })
        const [after] = yield* clock
        assert.isAtLeast(publishedAt + 1, before?.millis ?? Number.NaN)
        assert.isAtMost(publishedAt - 1, after?.millis ?? Number.NaN)
        assert.deepStrictEqual(yield* run(sql`select seq from rollcall_work`), [])
      }),
    ),
  )

  it.live("forget what was read of their own connection", () =>
    onDatabase(
      Effect.gen(function* () {
        const runs = yield* Runs
        const { sql, run } = yield* Database
        const turns = [yield* runs.takeOver("sales", "a"), yield* runs.takeOver("support", "a")]
        for (const turn of turns) yield* (yield* workLogOf(turn)).append({ _tag: "Restarted", step: "people" })
        for (const turn of turns.slice(0, 1)) yield* runs.forgetWork(turn)
        assert.deepStrictEqual(yield* run(sql`select connection from rollcall_work`), [{ connection: "support" }])
      }),
    ),
  )

  it.live("are those of one connection alone", () =>
    onDatabase(
      Effect.gen(function* () {
        const runs = yield* Runs
        const sales = yield* runs.takeOver("sales", "a")
        yield* runs.takeOver("support", "b")
        yield* runs.check(sales)
        assert.deepStrictEqual(yield* runs.state("nobody"), nothing)
      }),
    ),
  )

  it.live("go on where they were when the server has been started again meanwhile", () =>
    Effect.gen(function* () {
      const server = yield* PostgresServer
      const database = databaseLayer({ url: yield* server.freshDatabase })
      yield* Effect.gen(function* () {
        const runs = yield* Runs
        const turn = yield* runs.takeOver("sales", "a")
        yield* runs.begin(turn, 1000)
        const log = yield* workLogOf(turn)
        yield* log.append({ _tag: "Restarted", step: "people" })
        yield* server.stop("immediate")
        const waiting = yield* Effect.forkChild(
          Effect.andThen(log.append({ _tag: "Restarted", step: "teams" }), runs.check(turn)),
        )
        yield* server.start
        yield* Fiber.join(waiting)
        const steps: Array<string> = []
        yield* (yield* workLogOf(turn)).replay((entry) =>
          Effect.sync(() => void steps.push(entry._tag === "Restarted" ? entry.step : entry._tag)),
        )
        assert.deepStrictEqual(steps, ["people", "teams"])
        yield* runs.publish(turn, "sales.1000.1.c1z")
      }).pipe(Effect.provide(Layer.provideMerge(Runs.layer, database)))
    }).pipe(Effect.provide(PostgresServer.layer)),
  )

  it.live("let a takeover wait for a page that is being stored, and no page in after it", () =>
    onDatabase(
      Effect.gen(function* () {
        const runs = yield* Runs
        const { sql, run } = yield* Database
        const page = { _tag: "Restarted", step: "people" } as const
        const tried = yield* Effect.forEach(Array.from({ length: 8 }), () =>
          Effect.gen(function* () {
            const turn = yield* runs.takeOver("sales", "a")
            const log = yield* workLogOf(turn)
            const [stored, next] = yield* Effect.all([Effect.result(log.append(page)), runs.takeOver("sales", "b")], {
              concurrency: "unbounded",
            })
            const rows = yield* run(sql<{ count: number }>`select count(*)::int as count from rollcall_work`)
            yield* runs.publish(next, "done.c1z")
            return [Result.isSuccess(stored) ? 1 : 0, rows[0]?.count]
          }),
        )
        for (const [stored, kept] of tried) assert.strictEqual(kept, stored)
      }),
    ),
  )
})
