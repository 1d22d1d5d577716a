// Where the work of a connection runs: in this process, unless several share the connections.
import type { ConnectionStore } from "@rollcall/connection-store"
import type { Failure, StoreError } from "@rollcall/connector"
import type { ShownConnection } from "@rollcall/host/connections"
import type { Lease } from "@rollcall/plan"
import type { LimitStore } from "@rollcall/resilience"
import type { SecretStore } from "@rollcall/secret-store"
import type { SessionStore } from "@rollcall/session-store"
import type { Effect } from "effect"
import { Context } from "effect"

/** What processes that serve the same connections share. Most of it does not fail: where the database is away it is tried again. */
export interface SharedState {
  /** What is left of the system's limits. */
  readonly limits: LimitStore["Service"]
  readonly store: ConnectionStore["Service"]
  readonly secrets: SecretStore["Service"]
  /** Who is signed in to the console. */
  readonly sessions: SessionStore["Service"]
  /** Why this process can serve nothing just now; nothing where it can. */
  readonly unready: Effect.Effect<string | undefined>
  /** Fails where this process will take no connection any more, nor give one back, and has to end. */
  readonly stalled: Effect.Effect<never, Failure>
  /** Tells the others how those are that this process serves. */
  readonly say: (own: ReadonlyArray<ShownConnection>) => Effect.Effect<void>
  /** The same connections, those of others as the others say they are. */
  readonly withOthers: (own: ReadonlyArray<ShownConnection>) => Effect.Effect<ReadonlyArray<ShownConnection>>
  /** Asks whoever serves it; fails where nobody can be asked. */
  readonly askForSync: (connection: string) => Effect.Effect<void, StoreError>
  /** The access for a time that is open and that the connection would end; fails where that cannot be known. */
  readonly openLeases: (connection: string) => Effect.Effect<ReadonlyArray<Lease>, StoreError>
  /** The names of those that this process serves and of which a sync is asked for, until that begins. */
  readonly requests: Effect.Effect<ReadonlyArray<string>>
}

/** Who serves which connection. */
export const Placement = Context.Reference<{
  /** Runs the work of a connection for as long as it is this process's turn; where it is another's, waits. */
  readonly run: <R>(connection: string, work: Effect.Effect<never, never, R>) => Effect.Effect<never, never, R>
  readonly shared?: SharedState | undefined
}>("@rollcall/worker/Placement", { defaultValue: () => ({ run: (_connection, work) => work }) })
