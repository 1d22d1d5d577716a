// The connections of workers that share a database, for commands where no worker runs on this machine.
import type { Secret } from "@rollcall/config"
import { noSecretsOfCommands } from "@rollcall/host/connection-changes"
import { ShownConnection } from "@rollcall/host/connections"
import { LeaseStore } from "@rollcall/plan"
import { Context, Effect, Layer, Option, Schema } from "effect"
import { openDatabase } from "./sharedStores.ts"

const decodeView = Schema.decodeUnknownOption(Schema.fromJsonString(ShownConnection))

/** Opens the database of this URL for as long as the scope lives: what was added and paused, and what workers say of all connections. */
export const sharedConnections = Effect.fnUntraced(function* (url: Secret) {
  const scope = yield* Effect.scope
  const { database, asStoreError, Board, connectionStorePostgres, leaseStorePostgres } = yield* openDatabase(url, scope)
  const board = Context.get(yield* Layer.build(Layer.provide(Board.layer, database)), Board)
  return {
    stores: Layer.merge(Layer.provide(connectionStorePostgres, database), noSecretsOfCommands),
    /** Whether some worker is there. */
    hasWorkers: asStoreError(board.hasWorkers),
    /** How the workers that served them have last said that they are. */
    views: Effect.map(
      asStoreError(board.views),
      (views) =>
        new Map(
          [...views].flatMap(([name, { view }]) => Option.toArray(decodeView(view)).map((it) => [name, it] as const)),
        ),
    ),
    askForSync: (name: string) => asStoreError(board.askForSync(name)),
    /** How much access for a time is open that the connection would end. */
    countOpen: (name: string) =>
      LeaseStore.use(({ open }) => Effect.map(open(), (leases) => leases.length)).pipe(
        Effect.provide(Layer.provide(leaseStorePostgres(name), database)),
      ),
  }
})

/** What is shared with workers. */
export type SharedConnections = Effect.Success<ReturnType<typeof sharedConnections>>
