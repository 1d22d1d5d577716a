// Leases that are over since others have removed the access, as a sync, a plan or a list of changes has found out. None of these depends on
// it: a store that is not there or cannot be used is at most a note.
import { auditLogFile } from "@rollcall/audit-file"
import type { AuditLog, Connector, EntitlementHolders, Failure, Tenant } from "@rollcall/connector"
import { formatResourceId, sentenceOf, toEntitlementHolders } from "@rollcall/connector"
import { hasStore, leaseStoreOf, lookIntoLeases } from "@rollcall/host/changes"
import type { Lease, LeaseStore } from "@rollcall/plan"
import { afterRead } from "@rollcall/plan"
import { Effect, Layer } from "effect"
import { errLines } from "../Screen.ts"

/** Where leases are kept, and where it is written that one is over. */
export interface LeasePlaces {
  readonly store: string
  readonly auditFile: string
}

/** Runs what closes leases on the store, where there is one, and says which are over. */
export const followLeases = Effect.fn("Leases.follow")(function* <E extends Failure, R>(
  { store, auditFile }: LeasePlaces,
  closing: Effect.Effect<ReadonlyArray<Lease>, E, LeaseStore | AuditLog | R>,
) {
  if (!(yield* hasStore(store))) return
  yield* closing.pipe(
    Effect.provide(Layer.merge(leaseStoreOf(store), auditLogFile(auditFile))),
    Effect.flatMap((over) => errLines(over.map(overLine))),
    Effect.catch((error) =>
      errLines([`note: Whether access for a time is still held was not looked at. ${sentenceOf(error)}`]),
    ),
  )
})

const overLine = ({ id, entitlement, principal }: Lease): string =>
  `The lease ${id} is over: others have removed ${formatResourceId(principal)} from ${entitlement.id}. Should they add them again, it stays so.`

/**
 * Runs work with the connector, and compares its first read of each entitlement, before anything is changed, with the leases of the store.
 * It keeps the reads of those alone that have a lease.
 */
export const comparingReads = Effect.fnUntraced(function* <A, E, R>(
  connector: Connector,
  places: LeasePlaces,
  work: (connector: Connector) => Effect.Effect<A, E, R>,
) {
  const { provisioning } = connector
  const looked = yield* Effect.option(lookIntoLeases(places.store))
  const leases = looked._tag === "Some" ? looked.value.leases : []
  const lent = new Set(leases.flatMap(({ state, entitlement }) => (state === "ended" ? [] : [entitlement.id])))
  if (provisioning === undefined || lent.size === 0) return yield* work(connector)
  const first = new Map<string, EntitlementHolders>()
  let tenant: Tenant | undefined
  const came = yield* work({
    ...connector,
    identify: Effect.tap(connector.identify, (it) => Effect.sync(() => void (tenant = it))),
    provisioning: {
      ...provisioning,
      holders: (entitlement) =>
        Effect.tap(provisioning.holders(entitlement), (read) =>
          Effect.sync(() => {
            if (lent.has(entitlement.id) && !first.has(entitlement.id))
              first.set(entitlement.id, toEntitlementHolders(read))
          }),
        ),
    },
  })
  // Nothing was read before this process began.
  if (tenant !== undefined && first.size > 0)
    yield* followLeases(places, afterRead(connector, tenant, first, performance.timeOrigin))
  return came
})
