// Accounts that are disabled for a time. Nothing enables them by itself at the end: somebody who has left meanwhile looks like somebody on
// leave. What is kept is a reminder, which tells that its time is over until a person ends it.
import type { ActionDeclaration, ActionValues, ResourceId, StoreError, Tenant } from "@rollcall/connector"
import { AuditOrigin, formatResourceId } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import type { Lease } from "./Lease.ts"
import { closed, leaseId, LeaseStore } from "./Lease.ts"

/**
 * Keeps a reminder of a disabled account, due at an instant (milliseconds since the epoch). An account has one: a later call moves its time.
 */
export const remind = Effect.fn("Leases.remind")(function* (
  connector: string,
  tenant: Tenant,
  principal: ResourceId,
  until: number,
): Effect.fn.Return<Lease, StoreError, LeaseStore> {
  const store = yield* LeaseStore
  const { osUser, statedReason } = yield* AuditOrigin
  // What the account lacks until then; of the shape of an entitlement's id, and of no entitlement that systems have.
  const entitlement = { id: `${formatResourceId(principal)}:enabled`, resource: principal, slug: "enabled" }
  const pair = { tenant: tenant.id, entitlement, principal }
  const open = yield* store.openOf(pair)
  const actor = osUser ?? tenant.actor
  const lease: Lease = {
    id: open?.id ?? (yield* leaseId),
    kind: "reminder",
    connector,
    ...pair,
    begunAt: open?.begunAt ?? new Date(yield* Clock.currentTimeMillis).toISOString(),
    endsAt: new Date(until).toISOString(),
    ...(statedReason === undefined ? {} : { reason: statedReason }),
    ...(actor === undefined ? {} : { actor }),
    state: "active",
  }
  yield* store.put(lease)
  return lease
})

/** Closes the reminder of an account that Rollcall has enabled, or found to be so: what it reminds of is done. */
export const afterAction = Effect.fn("Leases.afterAction")(function* (
  { kind, arguments: fields }: Pick<ActionDeclaration, "kind" | "arguments">,
  values: ActionValues,
  tenant: Pick<Tenant, "id">,
): Effect.fn.Return<void, StoreError, LeaseStore> {
  if (kind !== "accountEnable") return
  const account = fields.find(({ isPrincipal }) => isPrincipal === true)
  const store = yield* LeaseStore
  const now = yield* Clock.currentTimeMillis
  for (const lease of yield* store.open(tenant.id)) {
    const isOfAccount = account !== undefined && lease.principal.resource === values[account.name]
    if (lease.kind === "reminder" && isOfAccount) yield* store.put(closed(lease, "done", now))
  }
})
