// The console of the worker, as what serves the connections knows it: it is opened with them, where one is asked for.
import type { ConnectionStore } from "@rollcall/connection-store"
import type { Failure } from "@rollcall/connector"
import type { ShownConnection } from "@rollcall/host/connections"
import type { SecretStore } from "@rollcall/secret-store"
import type { Context, Scope } from "effect"
import { Context as Contexts, Effect } from "effect"
import type { Served } from "./obeyRequests.ts"
import type { SharedState } from "./Placement.ts"
import type { Control, Obey } from "./serveControl.ts"

/** What the console shows and changes. */
export interface Administered {
  readonly served: Served
  /** How all are, those of other workers too. */
  readonly all: Effect.Effect<ReadonlyArray<ShownConnection>>
  readonly obey: Obey
  readonly stores: Context.Context<ConnectionStore | SecretStore>
  /** Runs work while no other request changes which connections there are. */
  readonly alone: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Where this worker keeps what it must know of its connections. */
  readonly folder: string
  /** Where several workers share the connections. */
  readonly peers?: SharedState | undefined
}

/** Serves the console until the scope ends, and gives what leads there; nothing where none is asked for. */
export const WorkerConsole = Contexts.Reference<
  (administered: Administered) => Effect.Effect<Control["linkToConsole"], Failure, Scope.Scope>
>("@rollcall/worker/WorkerConsole", { defaultValue: () => () => Effect.succeed(undefined) })
