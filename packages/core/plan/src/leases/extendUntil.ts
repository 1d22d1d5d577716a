// Moves the end of a lease. Nothing is written to the system.
import type { Connector, StoreError, Tenant } from "@rollcall/connector"
import { AuditLog, AuditOrigin, ConnectorError, formatResourceId } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import type { AskedEnd } from "./checkLease.ts"
import { badRequest, checkLease } from "./checkLease.ts"
import { afterRead, closeLease } from "./followLeases.ts"
import type { Lease } from "./Lease.ts"
import { conductorOne, LeaseStore } from "./Lease.ts"
import { isGone, readHolders } from "./readHolders.ts"
import { neverTried } from "./retries.ts"

/** Why a lease that ConductorOne has granted cannot be moved here. */
export const ofConductorOne = ({ entitlement, principal, endsAt }: Lease): ConnectorError =>
  new ConnectorError({
    reason: { _tag: "BadRequest" },
    message: `${conductorOne} granted ${entitlement.id} to ${formatResourceId(principal)} until ${endsAt}, and revokes it then. Nothing was begun.`,
    hint: `Ask for longer in ${conductorOne}.`,
  })

/**
 * Moves the end of a lease that is open, and writes nothing to the system. Fails with `BadRequest` where it is over, or turns out to be: its
 * person is seen without the access, or the system does not know the entitlement any more.
 */
export const extendUntil = Effect.fn("Leases.extend")(function* <R>(
  connector: Connector<R>,
  lease: Lease,
  end: AskedEnd,
): Effect.fn.Return<Lease, ConnectorError | StoreError, R | AuditLog | LeaseStore> {
  const store = yield* LeaseStore
  const { entitlement, principal } = lease
  yield* checkLease(connector, { entitlement, principal }, end)
  const tenant = yield* connector.identify
  const { read, readAt } = yield* readHolders(connector, entitlement).pipe(
    Effect.catchIf(isGone, () => Effect.flatMap(closeLease(lease, "entitlement gone", tenant), isOver)),
  )
  yield* afterRead(connector, tenant, new Map([[entitlement.id, read]]), readAt)
  const open = (yield* store.all).find(({ id }) => id === lease.id)
  if (open === undefined || open.state === "ended") return yield* isOver(open ?? lease)
  if (open.kind === "c1") return yield* ofConductorOne(open)
  if (open.state === "active") return yield* moveEnd(open, end.until, tenant)
  return yield* badRequest(
    open.state === "pending"
      ? `Whether the lease ${open.id} was granted is not known yet: the next pass of a worker, or of \`rollcall expire\`, finds out.`
      : `The lease ${open.id} is being ended.`,
  )
})

const isOver = ({ id, closedAs }: Lease) => Effect.fail(badRequest(`The lease ${id} is over: ${closedAs}.`))

/** Why an end cannot be moved to where it is already, or earlier. */
export const endsLater = ({ entitlement, principal, endsAt }: Lease): ConnectorError =>
  badRequest(
    `There is a lease of ${formatResourceId(principal)} and ${entitlement.id} until ${endsAt}, and an end only moves later.`,
  )

/** An end that is moved is no change of who holds what, and so is written to the log here. */
export const moveEnd = Effect.fnUntraced(function* (open: Lease, until: number, tenant: Tenant) {
  const { id, entitlement, principal } = open
  if (Date.parse(open.endsAt) >= until) return yield* endsLater(open)
  const lease: Lease = { ...neverTried(open), endsAt: new Date(until).toISOString() }
  const { ...origin } = yield* AuditOrigin
  yield* (yield* AuditLog).append({
    ...origin,
    time: new Date(yield* Clock.currentTimeMillis).toISOString(),
    requestId: `${id} ${lease.endsAt}`,
    actor: tenant.actor ?? "unknown",
    tenant: tenant.id,
    lease: { id, endsAt: lease.endsAt },
    intent: "extend",
    target: { entitlement: entitlement.id, principal: formatResourceId(principal) },
    outcome: "changed",
  })
  yield* (yield* LeaseStore).put(lease)
  return lease
})
