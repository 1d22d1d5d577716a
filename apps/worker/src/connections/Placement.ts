// Where the work of a connection runs: in this process, unless several share the connections.
import type { LimitStore } from "@rollcall/resilience"
import type { Effect } from "effect"
import { Context } from "effect"

/** Who serves which connection. */
export const Placement = Context.Reference<{
  /** Runs the work of a connection for as long as it is this process's turn; where it is another's, waits. */
  readonly run: <R>(connection: string, work: Effect.Effect<never, never, R>) => Effect.Effect<never, never, R>
  /** What is left of the system's limits, where processes spend them together. */
  readonly limits?: LimitStore["Service"] | undefined
}>("@rollcall/worker/Placement", { defaultValue: () => ({ run: (_connection, work) => work }) })
