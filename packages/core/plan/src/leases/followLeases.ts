// What other changes, and what others do, mean for leases: a grant without an end makes access lasting, a revocation ends it early, and
// whoever is seen without it has lost it to somebody else, after which membership is not touched.
import type {
  ChangeResult,
  Connector,
  ConnectorError,
  EntitlementHolders,
  StoreError,
  Tenant,
} from "@rollcall/connector"
import { AuditLog, AuditOrigin, connectionInAudit, formatResourceId } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { everyIdOf, idsIn } from "../LiveState.ts"
import type { Lease, LeasedPair, LeaseEnd } from "./Lease.ts"
import { canBeMissed, closed, conductorOne, granted, LeaseStore } from "./Lease.ts"

/**
 * Closes the lease that a change of Rollcall, which is not part of one, ends. Where ConductorOne granted for a time, as the origin says,
 * that is kept as a lease of its own. `connector` is its id.
 */
export const afterChange = Effect.fn("Leases.afterChange")(function* (
  { change: { intent, entitlement, principal }, outcome }: ChangeResult,
  tenant: Pick<Tenant, "id" | "actor">,
  connector: string,
): Effect.fn.Return<void, StoreError, LeaseStore | AuditLog> {
  const store = yield* LeaseStore
  const now = yield* Clock.currentTimeMillis
  const { lease: named } = yield* AuditOrigin
  const ofC1 = intent === "grant" && named?.kind === "c1" ? named : undefined
  const as = endAfter(intent, outcome)
  if (as === undefined) return
  const pair = { tenant: tenant.id, entitlement, principal }
  const open = yield* store.openOf(pair)
  if (as === "removed by others" && open !== undefined) yield* recordEnd(closed(open, as, now), tenant)
  // What was held before, without an end, was not granted for a time; and a task that is given once more begins no second lease.
  const isNew = ofC1 !== undefined && ofC1.id !== open?.id && (open !== undefined || outcome === "changed")
  if (!isNew && (open === undefined || ofC1 !== undefined)) return
  if (as === "made lasting" && outcome === "already") {
    yield* recordAlready(pair, {
      requestId: ofC1 === undefined ? `${open?.id} lasting` : `${ofC1.id} already`,
      actor: tenant.actor,
      now,
    })
  }
  if (open !== undefined) yield* store.put(closed(open, ofC1 === undefined ? as : "replaced", now))
  if (ofC1 === undefined) return
  const { id, endsAt } = ofC1
  const begunAt = new Date(now).toISOString()
  const lease: Lease = { id, kind: "c1", connector, ...pair, begunAt, endsAt, actor: conductorOne, state: "pending" }
  yield* store.put(granted(lease, now))
})

/** Closes a lease, after a line of the audit log that says so. Nothing that stops in order comes between the two. */
export const closeLease = Effect.fnUntraced(function* (
  lease: Lease,
  as: LeaseEnd,
  tenant: Pick<Tenant, "id" | "actor">,
): Effect.fn.Return<Lease, StoreError, LeaseStore | AuditLog> {
  const over = closed(lease, as, yield* Clock.currentTimeMillis)
  yield* recordEnd(over, tenant)
  yield* (yield* LeaseStore).put(over)
  return over
}, Effect.uninterruptible)

/**
 * How a lease ended, in one line, whatever kills us: it is written before the lease is closed, and looked for where somebody may have
 * written it before. What a change says of it has lines of its own.
 */
const recordEnd = Effect.fnUntraced(function* (
  { id, endsAt, reason, closedAs, closedAt = endsAt, entitlement, principal }: Lease,
  tenant: Pick<Tenant, "id" | "actor">,
) {
  const log = yield* AuditLog
  if (log.has !== undefined && (yield* log.has(id))) return
  const came =
    closedAs === "expired"
      ? ({ intent: "expire", outcome: "changed" } as const)
      : ({ intent: "close", outcome: "already", reason: closedAs ?? "removed by others" } as const)
  yield* log.append({
    time: closedAt,
    requestId: id,
    actor: tenant.actor ?? "unknown",
    tenant: tenant.id,
    ...(yield* connectionInAudit),
    ...(reason === undefined ? {} : { statedReason: reason }),
    lease: { id, endsAt },
    target: { entitlement: entitlement.id, principal: formatResourceId(principal) },
    ...came,
  })
})

/** Nothing was written to the system, so the log knows nothing of it yet; by it alone a copy of the store could be put right. */
const recordAlready = Effect.fnUntraced(function* (
  { tenant, entitlement, principal }: LeasedPair,
  {
    requestId,
    actor = "unknown",
    now,
  }: { readonly requestId: string; readonly actor: string | undefined; readonly now: number },
) {
  const { append } = yield* AuditLog
  const { ...origin } = yield* AuditOrigin
  yield* append({
    ...origin,
    ...(yield* connectionInAudit),
    time: new Date(now).toISOString(),
    requestId,
    actor,
    tenant,
    intent: "grant",
    target: { entitlement: entitlement.id, principal: formatResourceId(principal) },
    outcome: "already",
  })
})

const endAfter = (intent: "grant" | "revoke", outcome: ChangeResult["outcome"]): LeaseEnd | undefined => {
  if (outcome !== "changed" && outcome !== "already") return undefined
  if (intent === "grant") return "made lasting"
  return outcome === "changed" ? "revoked" : "removed by others"
}

/**
 * Closes the active leases of a tenant whose person is shown without the access, by a read that begun at `readAt` (milliseconds since the
 * epoch). A lease that was not granted a minute before says nothing by being absent. `isShownWithout` is asked of the others; what a read
 * does not show for certain is not shown. Gives the leases that are over.
 */
export const closeUnheld = Effect.fn("Leases.closeUnheld")(function* <E, R>(
  tenant: Pick<Tenant, "id" | "actor">,
  readAt: number,
  isShownWithout: (lease: Lease) => Effect.Effect<boolean, E, R>,
): Effect.fn.Return<ReadonlyArray<Lease>, StoreError | E, LeaseStore | AuditLog | R> {
  const store = yield* LeaseStore
  const over: Array<Lease> = []
  for (const lease of yield* store.open(tenant.id)) {
    const wasGranted = lease.state === "active" && canBeMissed(lease, readAt)
    if (lease.kind === "reminder" || !wasGranted || !(yield* isShownWithout(lease))) continue
    // Others may have moved or ended it meanwhile.
    const current = yield* store.openOf(lease)
    if (current?.id !== lease.id || current.state !== "active") continue
    over.push(yield* closeLease(current, "removed by others", tenant))
  }
  return over
})

/**
 * The same, by a live read of who holds what, by the entitlement's id: one that is not whole closes nothing. The connector is asked for
 * further ids of those alone who are not found under their own.
 */
export const afterRead = Effect.fn("Leases.afterRead")(function* <R = never>(
  { provisioning }: Pick<Connector<R>, "provisioning">,
  tenant: Pick<Tenant, "id" | "actor">,
  held: ReadonlyMap<string, EntitlementHolders>,
  readAt: number,
): Effect.fn.Return<ReadonlyArray<Lease>, StoreError | ConnectorError, LeaseStore | AuditLog | R> {
  return yield* closeUnheld(
    tenant,
    readAt,
    Effect.fnUntraced(function* ({ entitlement, principal }) {
      const read = held.get(entitlement.id)
      if (read === undefined || read.isPartial === true) return false
      const ids = idsIn(read)
      if (ids.has(formatResourceId(principal))) return false
      const aliases = provisioning?.aliasesOf === undefined ? [] : yield* provisioning.aliasesOf(principal)
      return !everyIdOf(principal, aliases).some((id) => ids.has(id))
    }),
  )
})
