// Effect Cluster, which gives each shard of the connections to one worker: over locks of a session of PostgreSQL, without messages and without a
// port.
import { databaseError } from "@rollcall/postgres"
import { Cause, Effect, Layer, Option, Semaphore } from "effect"
import {
  MessageStorage,
  RunnerAddress,
  RunnerHealth,
  Runners,
  RunnerStorage,
  Sharding,
  ShardingConfig,
  SqlRunnerStorage,
} from "effect/cluster"
import { SqlError } from "effect/sql"
import { ClusterTimes } from "./ClusterTimes.ts"
import { ClusterWatch } from "./ClusterWatch.ts"

/** Connections are spread over as many shards; it must be the same for all workers of one database. */
const shards = 300

/** The cluster, as this worker takes part in it. */
export const sharding = (replica: string) =>
  Layer.unwrap(
    Effect.map(ClusterTimes, ({ lockExpires, lockRefreshed }) =>
      Sharding.layer.pipe(
        Layer.provide([Runners.layerNoop, RunnerHealth.layerNoop]),
        Layer.provide(MessageStorage.layerNoop),
        Layer.provide(storage),
        Layer.provide(
          ShardingConfig.layer({
            runnerAddress: Option.some(RunnerAddress.make(replica, 1)),
            shardsPerGroup: shards,
            shardLockExpiration: lockExpires,
            shardLockRefreshInterval: lockRefreshed,
          }),
        ),
      ),
    ),
  )

/** The database may go away after it was opened: what the cluster then dies of is no bug. */
const inDatabase = SqlRunnerStorage.layerWith({ prefix: "rollcall_cluster" }).pipe(
  Layer.catchCause((cause) => {
    const error = Cause.squash(cause)
    return Layer.effect(
      RunnerStorage.RunnerStorage,
      SqlError.isSqlError(error) ? Effect.fail(databaseError(error)) : Effect.die(error),
    )
  }),
)

/**
 * Who is there, and who holds which shard, as the database has it. Shards are given back one after the other: asked for at once, the many
 * that a worker hands over wait for each other in one session, and each that has to wait too long throws that session away for
 * all, again and again, where the database is far away or the machine busy
 * (findings/effect-cluster-gives-no-shard-back.sh).
 */
const storage = Layer.provide(
  Layer.effect(
    RunnerStorage.RunnerStorage,
    Effect.gen(function* () {
      const { watched } = yield* ClusterWatch
      const found = yield* RunnerStorage.RunnerStorage
      const oneByOne = Semaphore.makeUnsafe(1)
      return watched({ ...found, release: (...of) => oneByOne.withPermit(found.release(...of)) })
    }),
  ),
  inDatabase,
)
