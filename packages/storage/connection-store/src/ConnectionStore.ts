// The connections that were added by command and stand in no file, and what a worker knows of each connection, of a file or added, over
// restarts: that it is paused, and how much memory its last sync took.
import type { StoreError } from "@rollcall/connector"
import type { Effect } from "effect"
import { Context, Schema } from "effect"

/**
 * A connection that was added: its settings as in a file of connections, so a secret says where it is found (`token-file` and a path, or
 * `token` and `{ variable }`) and is never here itself.
 */
export const StoredConnection = Schema.Struct({
  name: Schema.String,
  labels: Schema.Record(Schema.String, Schema.String),
  settings: Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Record(Schema.String, Schema.String)])),
})
export type StoredConnection = typeof StoredConnection.Type

/** One as the store has it. */
export interface KeptConnection extends StoredConnection {
  /** Another one each time that the name is added, where several processes share the store: each sees that it is not the one before. */
  readonly version?: string
}

/** Connections that were added, and what is kept of all of them. Every change is stored before it succeeds. */
export class ConnectionStore extends Context.Service<
  ConnectionStore,
  {
    /** Those that were added, in the order of their names. */
    readonly all: Effect.Effect<ReadonlyArray<KeptConnection>, StoreError>
    /** Adds one; `false`, and nothing is changed, where one of the name was added before. */
    readonly add: (connection: StoredConnection) => Effect.Effect<boolean, StoreError>
    /**
     * Removes one that was added; `false` where there is none. What is kept of it goes too, unless one of a file has the name and keeps it.
     * Fails with `Busy`, and removes nothing, where the store knows of access for a time that it would have to end.
     */
    readonly remove: (name: string, isInFile?: boolean) => Effect.Effect<boolean, StoreError>
    /** The names of those that are paused. */
    readonly paused: Effect.Effect<ReadonlySet<string>, StoreError>
    readonly setPaused: (name: string, isPaused: boolean) => Effect.Effect<void, StoreError>
    /** Bytes that the last whole sync of each took. */
    readonly peaks: Effect.Effect<ReadonlyMap<string, number>, StoreError>
    readonly setPeak: (name: string, bytes: number) => Effect.Effect<void, StoreError>
  }
>()("@rollcall/connection-store/ConnectionStore") {}
