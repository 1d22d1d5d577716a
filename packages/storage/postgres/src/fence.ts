// The condition that statements of a turn carry where they write what others write too: once the turn is over they change nothing.
import { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { Fragment, Statement } from "effect/sql/Statement"
import type { Database } from "./Database.ts"
import { supersededBy, type Turn } from "./Runs.ts"
import { storeError } from "./storeError.ts"

/** What a store writes in: a turn, or none, as a command does. */
export interface Fence {
  /** The first of a statement's `with`: a row unless the turn is over. It holds up a takeover until the statement has ended. */
  readonly turn: Fragment
  /** Runs a statement that returns a row where it has written; fails with `Busy` where the turn is over. */
  readonly write: (statement: Statement<unknown>, failure?: typeof storeError) => Effect.Effect<void, StoreError>
}

/** The fence of a turn; without one everything is let through. */
export const fenceOf = ({ sql, runAgain }: Database["Service"], turn: Turn | undefined): Fence => ({
  turn:
    turn === undefined
      ? sql`turn as (select)`
      : sql`turn as (
          select from rollcall_run where connection = ${turn.connection} and epoch = ${turn.epoch} for share)`,
  // Run twice, such a statement leaves what it leaves when it is run once.
  write: (statement, failure = storeError) =>
    Effect.flatMap(Effect.mapError(runAgain(statement), failure), (rows) =>
      rows.length > 0 || turn === undefined ? Effect.void : Effect.mapError(supersededBy(turn), busy),
    ),
})

const busy = ({ message, hint }: { readonly message: string; readonly hint: string }) =>
  new StoreError({ reason: "Busy", message, hint })
