// Two runners of the cluster over a database that is far away.
import { assert, describe, it } from "@effect/vitest"
import { databaseLayer } from "@rollcall/postgres"
import { hasPostgres, PostgresServer, tcpProxy } from "@rollcall/test-kit/postgres"
import { Context, Duration, Effect, Layer, Redacted } from "effect"
import { ClusterTimes } from "../../src/cluster/ClusterTimes.ts"
import { ClusterWatch } from "../../src/cluster/ClusterWatch.ts"
import { sharding } from "../../src/cluster/sharding.ts"
import { until } from "../workerProcess.ts"

describe.skipIf(!hasPostgres)("the shards of workers", () => {
  it.live(
    "wait for no database that has gone, and are given back to one that comes, also where each statement takes longer than a shard has time",
    () =>
      Effect.gen(function* () {
        const { freshDatabase, execute, port } = Context.get(yield* Layer.build(PostgresServer.layer), PostgresServer)
        const near = Redacted.value(yield* freshDatabase)
        // A database that goes away right after it was opened is no bug, and a worker that ends with 75 is started again.
        const lost = yield* tcpProxy(port)
        const early = yield* Layer.build(
          databaseLayer({ url: Redacted.make(near.replace(`:${port}/`, `:${lost.port}/`)) }),
        )
        yield* lost.close
        const error = yield* Effect.flip(
          Effect.provideContext(Layer.build(Layer.provide(sharding("none"), ClusterWatch.layer)), early),
        )
        assert.deepInclude(error, { _tag: "DatabaseError", reason: "Unreachable" })
        // Half of the 300 shards take two statements each: three seconds, where the cluster gives the whole of it one and a half.
        const far = yield* tcpProxy(port, 10)
        const url = Redacted.make(near.replace(`:${port}/`, `:${far.port}/`))
        const start = (replica: string) =>
          Layer.build(
            Layer.fresh(
              sharding(replica).pipe(Layer.provide(ClusterWatch.layer), Layer.provide(databaseLayer({ url }))),
            ),
          ).pipe(
            Effect.provideService(ClusterTimes, {
              lockExpires: Duration.seconds(5),
              lockRefreshed: Duration.millis(1500),
            }),
          )
        const held = Effect.map(
          execute(
            "select count(*)::int as shards from pg_locks where locktype = 'advisory' and objsubid = 2 and granted group by pid order by 1",
          ),
          (rows) => rows.map(({ shards }) => Number(shards)),
        )
        yield* start("one")
        yield* until(Effect.map(held, (shards) => shards.join() === "300"))
        yield* start("two")
        // The smaller part first; the ring on which runners stand decides how large it is.
        const isShared = ([less = 0, more = 0]: ReadonlyArray<number>) => less > 50 && less + more === 300
        yield* until(Effect.map(held, isShared))
      }).pipe(Effect.scoped),
  )
})
