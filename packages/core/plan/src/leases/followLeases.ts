// What other changes, and what others do, mean for leases: a grant without an end makes access lasting, a revocation ends it early, and
// whoever is seen without it has lost it to somebody else, after which membership is not touched.
import type { ChangeResult, ResourceId, StoreError, Tenant } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import type { LeaseEnd } from "./Lease.ts"
import { closed, LeaseStore } from "./Lease.ts"

/** Closes the lease that a change of Rollcall, which is not part of one, ends. */
export const afterChange = Effect.fn("Leases.afterChange")(function* (
  { change: { intent, entitlement, principal }, outcome }: ChangeResult,
  tenant: Pick<Tenant, "id">,
): Effect.fn.Return<void, StoreError, LeaseStore> {
  const store = yield* LeaseStore
  const as = endAfter(intent, outcome)
  const lease = as === undefined ? undefined : yield* store.openOf({ tenant: tenant.id, entitlement, principal })
  if (as !== undefined && lease !== undefined) yield* store.put(closed(lease, as, yield* Clock.currentTimeMillis))
})

const endAfter = (intent: "grant" | "revoke", outcome: ChangeResult["outcome"]): LeaseEnd | undefined => {
  if (outcome !== "changed" && outcome !== "already") return undefined
  if (intent === "grant") return "made lasting"
  return outcome === "changed" ? "revoked" : "removed by others"
}

/**
 * Closes the active leases of an entitlement whose person is not among its holders, by a read that was whole and that begun at `readAt`
 * (milliseconds since the epoch): a lease that is younger may not show in it.
 */
export const afterRead = Effect.fn("Leases.afterRead")(function* (
  tenant: Pick<Tenant, "id">,
  entitlement: string,
  holders: ReadonlyArray<ResourceId>,
  readAt: number,
): Effect.fn.Return<void, StoreError, LeaseStore> {
  const store = yield* LeaseStore
  const held = new Set(holders.map(formatResourceId))
  for (const lease of yield* store.open(tenant.id)) {
    const isSeenWithout =
      lease.state === "active" &&
      lease.entitlement.id === entitlement &&
      Date.parse(lease.begunAt) < readAt &&
      !held.has(formatResourceId(lease.principal))
    if (isSeenWithout) yield* store.put(closed(lease, "removed by others", yield* Clock.currentTimeMillis))
  }
})
