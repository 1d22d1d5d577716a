// Where the work of a connection runs: in this process, unless several share the connections.
import type { Effect } from "effect"
import { Context } from "effect"

/** Runs the work of a connection for as long as it is this process's turn; where it is another's, waits. */
export const Placement = Context.Reference<{
  readonly run: <R>(connection: string, work: Effect.Effect<never, never, R>) => Effect.Effect<never, never, R>
}>("@rollcall/worker/Placement", { defaultValue: () => ({ run: (_connection, work) => work }) })
