// Grants for a time: the lease is written before the grant, so that whatever happens in between, the access does not stay without an
// end.
import type {
  Connector,
  EntitlementReference,
  ResourceId,
  StoreError,
  AuditLog,
  ConnectorError,
} from "@rollcall/connector"
import { AfterChange, applyMixed, AuditOrigin, formatResourceId } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { everyIdOf, idsIn, notWhole } from "../LiveState.ts"
import type { AskedEnd } from "./checkLease.ts"
import { badRequest, checkLease } from "./checkLease.ts"
import { endsLater, moveEnd, ofConductorOne } from "./extendUntil.ts"
import { afterRead } from "./followLeases.ts"
import type { Lease } from "./Lease.ts"
import { closed, granted, leaseId, LeaseStore } from "./Lease.ts"
import type { ReadHolders } from "./readHolders.ts"
import { readHolders } from "./readHolders.ts"

/** What is asked for. */
export interface LeaseRequest extends AskedEnd {
  readonly entitlement: EntitlementReference
  readonly principal: ResourceId
  /** Further ids of the principal. */
  readonly aliases?: ReadonlyArray<string> | undefined
  /** Who holds the entitlement, where that was read just before. */
  readonly held?: ReadHolders | undefined
}

/** What came of it: a lease that began, or one whose end was moved. */
export interface Leased {
  readonly lease: Lease
  readonly outcome: "granted" | "extended"
}

/**
 * Grants until an instant. Fails with `BadRequest` where the person holds it already without an end, where a lease would end earlier
 * than it does, is over already or longer than allowed; with `Braked` where the person or the entitlement is protected, since the end
 * of a lease is not braked.
 */
export const grantUntil = Effect.fn("Leases.grant")(function* <R>(
  connector: Connector<R>,
  { entitlement, principal, aliases, until, maxLease, held: readBefore }: LeaseRequest,
): Effect.fn.Return<Leased, ConnectorError | StoreError, R | AuditLog | LeaseStore> {
  const store = yield* LeaseStore
  const now = yield* Clock.currentTimeMillis
  const asked = { intent: "grant" as const, entitlement, principal, ...(aliases === undefined ? {} : { aliases }) }
  yield* checkLease(connector, asked, { until, maxLease })
  const tenant = yield* connector.identify
  const pair = { tenant: tenant.id, entitlement, principal }
  const who = `${formatResourceId(principal)} and ${entitlement.id}`

  const before = yield* store.openOf(pair)
  if (before?.state === "ending") return yield* badRequest(`The lease of ${who} is being ended.`)
  const { read, readAt } = readBefore ?? (yield* readHolders(connector, entitlement))
  yield* afterRead(connector, tenant, new Map([[entitlement.id, read]]), readAt)
  const open = yield* store.openOf(pair)
  if (open?.kind === "c1") return yield* ofConductorOne(open)
  if (open?.state === "active") return { lease: yield* moveEnd(open, until, tenant), outcome: "extended" }
  // A grant whose outcome is not known is asked for once more, for as long at least.
  if (open !== undefined && Date.parse(open.endsAt) > until) return yield* endsLater(open)
  const held = idsIn(read)
  if (open === undefined && everyIdOf(asked.principal, aliases).some((id) => held.has(id))) {
    return yield* badRequest(`${formatResourceId(principal)} holds ${entitlement.id} already, without an end.`)
  }
  if (read.isPartial === true) {
    return yield* notWhole(read.resourceName ?? entitlement.id, {
      so: "so it is not known who holds it already, without an end. Nothing was begun.",
      hint: "Try again; if it stays so, grant it without an end.",
    })
  }

  const { ...origin } = yield* AuditOrigin
  const { osUser, statedReason } = origin
  const actor = osUser ?? tenant.actor
  const reason = statedReason ?? open?.reason
  const lease: Lease = {
    id: open?.id ?? (yield* leaseId),
    connector: connector.id,
    ...pair,
    begunAt: new Date(now).toISOString(),
    endsAt: new Date(until).toISOString(),
    ...(reason === undefined ? {} : { reason }),
    ...(actor === undefined ? {} : { actor }),
    state: "pending",
  }
  /** That this grant came to nothing says nothing of an earlier one, whose outcome is not known. */
  const notGranted = (at: number) => store.put(open ?? closed(lease, "not granted", at))
  yield* store.put(lease)
  const applied = yield* applyMixed(connector, { changes: [asked], held: new Map([[entitlement.id, read]]) }).pipe(
    Effect.provideService(AfterChange, () => Effect.void),
    Effect.provideService(AuditOrigin, { ...origin, lease: { id: lease.id, endsAt: lease.endsAt } }),
    // Before anything was sent, as a brake does.
    Effect.tapError(() => notGranted(now)),
  )
  const [result] = applied.results
  if (result?.outcome === "changed" || result?.outcome === "already") {
    const active = granted(lease, yield* Clock.currentTimeMillis)
    yield* store.put(active)
    return { lease: active, outcome: "granted" }
  }
  const failure = result?.outcome === "failed" ? result.failure : applied.stopReason
  // What may have taken effect stays pending: whoever ends leases looks whether it did.
  const isUncertain = failure?._tag === "ConnectorError" && failure.uncertain === true
  if (!isUncertain) yield* notGranted(yield* Clock.currentTimeMillis)
  return yield* failure ?? badRequest(`Nothing came of the grant of ${who}.`)
})
