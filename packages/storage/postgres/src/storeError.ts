// What a store in the database fails with: the words of the database, with the reasons that every store has.
import { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { DatabaseError } from "./DatabaseError.ts"

/** The error of a store, of one of the database. */
export const storeError = (error: DatabaseError): StoreError => {
  const { reason, kind, message, hint } = error
  if (reason === "Unreachable" || reason === "DiskFull") return new StoreError({ reason, message, hint, cause: error })
  return new StoreError({
    reason: kind === "configuration" ? "NoPermission" : "CannotWrite",
    message,
    hint,
    cause: error,
  })
}

/** Work on the database as that of a store. */
export const asStore = <A, R>(work: Effect.Effect<A, DatabaseError, R>): Effect.Effect<A, StoreError, R> =>
  Effect.mapError(work, storeError)

/** A row that does not say what we write. */
export const unreadable = (what: string, cause: unknown): StoreError =>
  new StoreError({
    reason: "Unreadable",
    message: `The database holds ${what} that cannot be read.`,
    hint: "Restore the database from a backup, or report it: another program may have written there.",
    cause,
  })
