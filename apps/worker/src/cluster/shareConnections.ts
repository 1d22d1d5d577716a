// Several workers share the connections over one database: Effect Cluster gives each connection to one of them, and to another one when
// that one is gone. Workers do not speak with each other: who is there, and who holds which shard, stands in the database, so that there
// is no port between them to protect (docs/decisions/0064-replicas-speak-through-the-database.md).
import { WriteFence } from "@rollcall/api-client"
import type { ConfigError, Settings } from "@rollcall/config"
import { fileStoreOf } from "@rollcall/file-store"
import type { FileStore } from "@rollcall/file-store"
import type { StoreError } from "@rollcall/connector"
import { sentenceOf } from "@rollcall/connector"
import type { workerFields } from "@rollcall/host/worker-fields"
import { SharedStores } from "@rollcall/host"
import type { Database, DatabaseError, Turn } from "@rollcall/postgres"
import {
  Board,
  connectionStorePostgres,
  databaseLayer,
  LimitBlocks,
  limitStorePostgres,
  Runs,
  secretStorePostgres,
  sessionStorePostgres,
} from "@rollcall/postgres"
import { noSecretStore, readSecretKeys } from "@rollcall/secret-store"
import { Effect, Layer, Schedule } from "effect"
import type { Redacted } from "effect"
import { Sharding } from "effect/cluster"
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"
import { dirname } from "node:path"
import { ToldDrift } from "../afterSync.ts"
import { Placement } from "../connections/Placement.ts"
import { SyncPlace } from "../standalone/SyncPlace.ts"
import { ClusterWatch } from "./ClusterWatch.ts"
import { c1InTurn } from "./c1InTurn.ts"
import { driftInTurn } from "./driftInTurn.ts"
import { sharding } from "./sharding.ts"
import { sharedState } from "./sharedState.ts"
import { storesInTurn } from "./storesInTurn.ts"
import { syncInTurn } from "./syncInTurn.ts"
import { watchTables } from "./watchTables.ts"
import { writesInTurn } from "./writesInTurn.ts"

type ShareSettings = Pick<Settings<typeof workerFields>, "file" | "file-store" | "secret-key-file">

/** Gives each connection to one of the workers that use this database. Fails where it, or the place of files, cannot be used. */
export const shareConnections = (
  settings: ShareSettings,
  url: Redacted.Redacted,
): Layer.Layer<never, DatabaseError | ConfigError | StoreError> => {
  const replica = `${hostname()}-${randomUUID().slice(0, 8)}`
  const files = fileStoreOf(settings["file-store"] ?? dirname(settings.file))
  const said = Effect.logInfo(`This worker is ${replica}, and shares its connections with others over the database.`)
  return placement(replica).pipe(
    Layer.tap(() => said),
    Layer.provide(sharding(replica)),
    Layer.provide(ClusterWatch.layer),
    Layer.provide(
      Layer.mergeAll(Runs.layer, Board.layer, files, limitStorePostgres, connectionStorePostgres, sessionStorePostgres),
    ),
    Layer.provide(sealedSecrets(settings["secret-key-file"])),
    Layer.provide(databaseLayer({ url })),
  )
}

/** The secrets that the console is given, where there is a key for them. */
const sealedSecrets = (keyFile: string | undefined) =>
  keyFile === undefined
    ? noSecretStore(
        "Rollcall keeps no secrets here: they would stand in the database, and there is no key to seal them with.",
        "Set BATON_SECRET_KEY_FILE to a file that `openssl rand -base64 32` wrote, the same for all workers.",
      )
    : Layer.unwrap(Effect.map(readSecretKeys(keyFile), secretStorePostgres))

const placement = (replica: string) =>
  Layer.effect(
    Placement,
    Effect.gen(function* () {
      const { registerSingleton } = yield* Sharding.Sharding
      const { giveBack } = yield* LimitBlocks
      const { unready, stalled } = yield* ClusterWatch
      const services = yield* Effect.context<Runs | Board | FileStore | Database>()
      const turns = new Map<string, Turn>()
      yield* watchTables
      const inTurn = Effect.fnUntraced(
        function* <R>(connection: string, work: Effect.Effect<never, never, R>) {
          const runs = yield* Runs
          const turn = yield* runs.takeOver(connection, replica)
          yield* Effect.acquireRelease(
            Effect.sync(() => void turns.set(connection, turn)),
            () => Effect.sync(() => void turns.delete(connection)),
          )
          // Whoever serves it next would wait for what this worker has taken of its limits.
          yield* Effect.addFinalizer(() => giveBack)
          yield* Effect.logInfo(`This worker serves the connection from now on (turn ${turn.epoch}).`)
          const place = yield* syncInTurn(turn)
          return yield* work.pipe(
            Effect.provideService(SyncPlace, place),
            Effect.provideService(ToldDrift, yield* driftInTurn(turn)),
            Effect.provideService(SharedStores, storesInTurn(turn, services)),
            Effect.provideContext(yield* c1InTurn(turn)),
            Effect.provideService(WriteFence, yield* writesInTurn(turn)),
          )
        },
        Effect.scoped,
        Effect.provideContext(services),
        Effect.tapError((error) => Effect.logError(`The connection cannot be taken over. ${sentenceOf(error)}`)),
        Effect.retry(Schedule.spaced("5 seconds")),
        Effect.orDie,
      )
      return {
        shared: { ...(yield* sharedState(turns, replica)), unready, stalled },
        run: (connection, work) =>
          Effect.scoped(
            Effect.andThen(
              registerSingleton(connection, Effect.annotateLogs(inTurn(connection, work), { connection })),
              Effect.never,
            ),
          ),
      }
    }),
  )
