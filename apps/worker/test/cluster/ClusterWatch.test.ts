// What a worker that shares connections tells its probes, and when it ends, while something is wrong with its database.
import { assert, describe, it } from "@effect/vitest"
import { hasPostgres, PostgresServer } from "@rollcall/test-kit/postgres"
import { Context, Effect, Layer, Redacted } from "effect"
import { fileURLToPath } from "node:url"
import { valuesOf } from "../samplesOf.ts"
import { startWorker, until } from "../workerProcess.ts"
import { clusterWorld } from "./clusterWorld.ts"

const ownServer = Effect.map(Layer.build(PostgresServer.layer), (built) => Context.get(built, PostgresServer))

it.live("a process that has to end does so although its work does not", () =>
  Effect.gen(function* () {
    const program = fileURLToPath(new URL("../stuckProcess.ts", import.meta.url))
    const { ended } = yield* startWorker({ program })
    assert.strictEqual(yield* ended, 75)
  }).pipe(Effect.scoped),
)

describe.skipIf(!hasPostgres)("a worker that shares connections", () => {
  it.live("is not ready while its database is away, and alive all the time", () =>
    Effect.gen(function* () {
      const server = yield* ownServer
      const { start, isRight } = yield* clusterWorld({ sales: { users: 10 } }, { server: Effect.succeed(server) })
      const worker = yield* start("one")
      const databaseIs = (up: number) =>
        until(
          Effect.map(worker.ask("/metrics"), ({ text: shown }) => valuesOf(shown, "rollcall_database_up")[0] === up),
        )
      yield* worker.answers("/ready", 200)
      yield* databaseIs(1)
      yield* until(Effect.sync(() => isRight("sales")))
      yield* server.stop("immediate")
      yield* worker.answers("/ready", 503)
      yield* databaseIs(0)
      const { text } = yield* worker.ask("/ready")
      assert.match(text, /"error":"(?:the database cannot be reached|it has lost its session with the database)"/u)
      assert.strictEqual((yield* worker.ask("/live")).status, 200)
      assert.strictEqual((yield* worker.ask("/health")).status, 200)
      yield* server.start
      yield* worker.answers("/ready", 200)
      yield* databaseIs(1)
      const { text: metrics } = yield* worker.ask("/metrics")
      for (const table of ["rollcall_work", "rollcall_change", "rollcall_cluster_runners"]) {
        assert.isAbove(valuesOf(metrics, "rollcall_database_table_bytes", { table })[0] ?? 0, 0, table)
      }
      assert.match(metrics, /^# HELP rollcall_database_table_bytes Bytes that/mu)
      yield* until(
        Effect.map(worker.ask("/metrics"), (shown) =>
          valuesOf(shown.text, "rollcall_cluster_stalled_seconds").every((seconds) => seconds === 0),
        ),
      )
    }).pipe(Effect.scoped),
  )

  it.live("ends with 75 when the cluster gets no further although the database answers", () =>
    Effect.gen(function* () {
      const server = yield* ownServer
      const { start, url } = yield* clusterWorld({ sales: { users: 10 } }, { server: Effect.succeed(server) })
      const worker = yield* start("one", { TEST_TIMES: JSON.stringify({ stallPatience: 3 }) })
      yield* worker.answers("/ready", 200)
      const database = new URL(Redacted.value(url)).pathname.slice(1)
      // Its heartbeats fail from now on, and everything else goes on.
      yield* server.execute("alter table rollcall_cluster_runners rename to rollcall_elsewhere", database)
      assert.strictEqual(yield* worker.ended, 75)
      yield* worker.says(/neither take connections nor give them back for 3s, although the database answers/u)
    }).pipe(Effect.scoped),
  )
})
