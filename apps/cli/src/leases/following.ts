// Leases that are over since others have removed the access, as a sync or a plan has found out. Neither depends on it: a store that is not
// there or cannot be used is at most a note.
import type { Failure } from "@rollcall/connector"
import { formatResourceId, sentenceOf } from "@rollcall/connector"
import { leaseStoreOf } from "@rollcall/host/changes"
import type { Lease, LeaseStore } from "@rollcall/plan"
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { errLines } from "../Screen.ts"

/** Runs what closes leases on the store at this path, where there is one, and says which are over. */
export const followLeases = Effect.fn("Leases.follow")(function* <E extends Failure, R>(
  store: string,
  closing: Effect.Effect<ReadonlyArray<Lease>, E, LeaseStore | R>,
) {
  if (!existsSync(store)) return
  yield* closing.pipe(
    Effect.provide(leaseStoreOf(store)),
    Effect.flatMap((over) => errLines(over.map(overLine))),
    Effect.catch((error) =>
      errLines([`note: Whether access for a time is still held was not looked at. ${sentenceOf(error)}`]),
    ),
  )
})

const overLine = ({ id, entitlement, principal }: Lease): string =>
  `The lease ${id} is over: others have removed ${formatResourceId(principal)} from ${entitlement.id}. Should they add them again, it stays so.`
