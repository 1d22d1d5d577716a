// What other changes, and what others do, mean for leases: a grant without an end makes access lasting, a revocation ends it early, and
// whoever is seen without it has lost it to somebody else, after which membership is not touched.
import type { ChangeResult, ConnectorError, Provisioning, ResourceId, StoreError, Tenant } from "@rollcall/connector"
import { AuditLog, AuditOrigin, formatResourceId } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { everyIdOf } from "../LiveState.ts"
import type { Lease, LeaseEnd } from "./Lease.ts"
import { closed, LeaseStore } from "./Lease.ts"

/** Closes the lease that a change of Rollcall, which is not part of one, ends. */
export const afterChange = Effect.fn("Leases.afterChange")(function* (
  { change: { intent, entitlement, principal }, outcome }: ChangeResult,
  tenant: Pick<Tenant, "id" | "actor">,
): Effect.fn.Return<void, StoreError, LeaseStore | AuditLog> {
  const store = yield* LeaseStore
  const as = endAfter(intent, outcome)
  const lease = as === undefined ? undefined : yield* store.openOf({ tenant: tenant.id, entitlement, principal })
  if (as === undefined || lease === undefined) return
  const over = closed(lease, as, yield* Clock.currentTimeMillis)
  if (as === "made lasting" && outcome === "already") yield* recordLasting(over, tenant)
  yield* store.put(over)
})

/** Nothing was written to the system, so the log knows nothing of it yet; by it alone a copy of the store could be put right. */
const recordLasting = Effect.fnUntraced(function* (
  lease: Lease,
  { id, actor = "unknown" }: Pick<Tenant, "id" | "actor">,
) {
  const { append } = yield* AuditLog
  const { ...origin } = yield* AuditOrigin
  yield* append({
    ...origin,
    time: lease.closedAt ?? lease.endsAt,
    requestId: `${lease.id} lasting`,
    actor,
    tenant: id,
    intent: "grant",
    target: { entitlement: lease.entitlement.id, principal: formatResourceId(lease.principal) },
    outcome: "already",
  })
})

const endAfter = (intent: "grant" | "revoke", outcome: ChangeResult["outcome"]): LeaseEnd | undefined => {
  if (outcome !== "changed" && outcome !== "already") return undefined
  if (intent === "grant") return "made lasting"
  return outcome === "changed" ? "revoked" : "removed by others"
}

/**
 * Closes the active leases of an entitlement whose person is not among its holders, by a read that was whole and that begun at `readAt`
 * (milliseconds since the epoch): a lease that is younger may not show in it. `aliasesOf` is the connector's: it is asked for those alone
 * who are not found under their own id.
 */
export const afterRead = Effect.fn("Leases.afterRead")(function* <R = never>(
  tenant: Pick<Tenant, "id">,
  entitlement: string,
  holders: ReadonlyArray<ResourceId>,
  readAt: number,
  aliasesOf?: Provisioning<R>["aliasesOf"],
): Effect.fn.Return<void, StoreError | ConnectorError, LeaseStore | R> {
  const store = yield* LeaseStore
  const held = new Set(holders.map(formatResourceId))
  for (const lease of yield* store.open(tenant.id)) {
    const isSeenWithout =
      lease.state === "active" &&
      lease.entitlement.id === entitlement &&
      Date.parse(lease.begunAt) < readAt &&
      !held.has(formatResourceId(lease.principal))
    const aliases = isSeenWithout && aliasesOf !== undefined ? yield* aliasesOf(lease.principal) : []
    const isOther = everyIdOf({ ...lease.principal, aliases }).some((id) => held.has(id))
    if (isSeenWithout && !isOther) yield* store.put(closed(lease, "removed by others", yield* Clock.currentTimeMillis))
  }
})
