// Grants for a time: the lease is written before the grant, so that whatever happens in between, the access does not stay without an
// end.
import type {
  Connector,
  EntitlementHolders,
  EntitlementReference,
  ResourceId,
  StoreError,
  Tenant,
} from "@rollcall/connector"
import {
  AfterChange,
  applyMixed,
  AuditLog,
  AuditOrigin,
  ConnectorError,
  CurrentBrakes,
  formatResourceId,
  refusalOf,
  toEntitlementHolders,
} from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { everyIdOf } from "../LiveState.ts"
import { afterRead } from "./followLeases.ts"
import type { Lease } from "./Lease.ts"
import { closed, conductorOne, granted, LeaseStore } from "./Lease.ts"
import { leaseId } from "./reminders.ts"

/** What is asked for. */
export interface LeaseRequest {
  readonly entitlement: EntitlementReference
  readonly principal: ResourceId
  /** Further ids of the principal. */
  readonly aliases?: ReadonlyArray<string> | undefined
  /** Milliseconds since the epoch. */
  readonly until: number
  /** The longest lease that is allowed, in milliseconds (`BATON_MAX_LEASE`). */
  readonly maxLease?: number | undefined
  /** Who holds the entitlement, where that was read just before. */
  readonly held?: ReadHolders | undefined
}

/** Who holds an entitlement, and when the read of it began: milliseconds since the epoch. */
export interface ReadHolders {
  readonly read: EntitlementHolders
  readonly readAt: number
}

/** Reads who holds an entitlement. */
export const readHolders = Effect.fn("Leases.readHolders")(function* <R>(
  { provisioning }: Pick<Connector<R>, "provisioning">,
  entitlement: EntitlementReference,
): Effect.fn.Return<ReadHolders, ConnectorError, R> {
  const readAt = yield* Clock.currentTimeMillis
  const read =
    provisioning === undefined ? { holders: [] } : toEntitlementHolders(yield* provisioning.holders(entitlement))
  return { read, readAt }
})

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
  { entitlement, principal, aliases, until, maxLease, held }: LeaseRequest,
): Effect.fn.Return<Leased, ConnectorError | StoreError, R | AuditLog | LeaseStore> {
  const store = yield* LeaseStore
  const now = yield* Clock.currentTimeMillis
  const asked = { intent: "grant" as const, entitlement, principal, ...(aliases === undefined ? {} : { aliases }) }
  const refused = refusalOf(connector, asked) ?? (yield* whyNotLeased(asked, { until, now, maxLease }))
  if (refused !== undefined) return yield* refused
  const tenant = yield* connector.identify
  const pair = { tenant: tenant.id, entitlement, principal }
  const who = `${formatResourceId(principal)} and ${entitlement.id}`

  const before = yield* store.openOf(pair)
  if (before?.state === "ending") return yield* badRequest(`The lease of ${who} is being ended.`)
  const { read, readAt } = held ?? (yield* readHolders(connector, entitlement))
  yield* afterRead(connector, tenant, new Map([[entitlement.id, read]]), readAt)
  const open = yield* store.openOf(pair)
  if (open?.kind === "c1") return yield* ofConductorOne(open)
  if (open?.state === "active") {
    if (Date.parse(open.endsAt) >= until)
      return yield* badRequest(`There is a lease of ${who} until ${open.endsAt}, and an end only moves later.`)
    const lease = { ...open, endsAt: new Date(until).toISOString() }
    yield* recordExtension(lease, tenant, now)
    yield* store.put(lease)
    return { lease, outcome: "extended" }
  }
  const ids = new Set(everyIdOf({ ...principal, ...(aliases === undefined ? {} : { aliases }) }))
  if (open === undefined && read.holders.some((holder) => ids.has(formatResourceId(holder)))) {
    return yield* badRequest(`${formatResourceId(principal)} holds ${entitlement.id} already, without an end.`)
  }
  if (read.isPartial === true) return yield* notWhole(read.resourceName ?? entitlement.id)

  const { ...origin } = yield* AuditOrigin
  const { osUser, statedReason } = origin
  const actor = osUser ?? tenant.actor
  const lease: Lease = {
    id: open?.id ?? (yield* leaseId),
    connector: connector.id,
    ...pair,
    begunAt: new Date(now).toISOString(),
    endsAt: new Date(until).toISOString(),
    ...(statedReason === undefined ? {} : { reason: statedReason }),
    ...(actor === undefined ? {} : { actor }),
    state: "pending",
  }
  yield* store.put(lease)
  const applied = yield* applyMixed(connector, { changes: [asked], held: new Map([[entitlement.id, read]]) }).pipe(
    Effect.provideService(AfterChange, () => Effect.void),
    Effect.provideService(AuditOrigin, { ...origin, lease: { id: lease.id, endsAt: lease.endsAt } }),
    // Before anything was sent, as a brake does.
    Effect.tapError(() => store.put(closed(lease, "not granted", now))),
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
  if (!isUncertain) yield* store.put(closed(lease, "not granted", yield* Clock.currentTimeMillis))
  return yield* failure ?? badRequest(`Nothing came of the grant of ${who}.`)
})

/** Whoever holds it already would lose it at the end. */
const notWhole = (name: string): ConnectorError =>
  new ConnectorError({
    reason: { _tag: "NotWhole" },
    message: `Some holders of ${name} could not be read, so it is not known who holds it already, without an end. Nothing was begun.`,
    hint: "Try again; if it stays so, grant it without an end.",
  })

/** Why a lease that ConductorOne has granted cannot be moved here. */
export const ofConductorOne = ({ entitlement, principal, endsAt }: Lease): ConnectorError =>
  new ConnectorError({
    reason: { _tag: "BadRequest" },
    message: `${conductorOne} granted ${entitlement.id} to ${formatResourceId(principal)} until ${endsAt}, and revokes it then. Nothing was begun.`,
    hint: `Ask for longer in ${conductorOne}.`,
  })

/** An end that is moved is no change of who holds what, and so is written here. */
const recordExtension = Effect.fnUntraced(function* (lease: Lease, tenant: Tenant, now: number) {
  const { append } = yield* AuditLog
  const { id, endsAt, entitlement, principal } = lease
  const { ...origin } = yield* AuditOrigin
  yield* append({
    ...origin,
    time: new Date(now).toISOString(),
    requestId: `${id} ${endsAt}`,
    actor: tenant.actor ?? "unknown",
    tenant: tenant.id,
    lease: { id, endsAt },
    intent: "extend",
    target: { entitlement: entitlement.id, principal: formatResourceId(principal) },
    outcome: "changed",
  })
})

/** Of what is protected nothing is taken, so nothing is lent. */
const whyNotLeased = Effect.fnUntraced(function* (
  { entitlement, principal }: Pick<LeaseRequest, "entitlement" | "principal">,
  { until, now, maxLease }: { readonly until: number; readonly now: number; readonly maxLease?: number | undefined },
) {
  const guarded = (yield* CurrentBrakes).brakes.protected
  const id = [entitlement.id, formatResourceId(principal)].find((it) => guarded?.ids.has(it) === true)
  if (id !== undefined) {
    return new ConnectorError({
      reason: { _tag: "Braked" },
      message: `${id} is protected, and nothing is taken from it, so nothing is granted for a time. Nothing was begun.`,
      hint: `Grant it without an end, or take it out of ${guarded?.setting}.`,
    })
  }
  if (until <= now) return badRequest(`The end, ${new Date(until).toISOString()}, is over.`)
  return maxLease !== undefined && until - now > maxLease
    ? badRequest(
        `At most ${Math.floor(maxLease / 3_600_000)} hours are allowed, and ${Math.ceil((until - now) / 3_600_000)} were asked for.`,
      )
    : undefined
})

const badRequest = (message: string) =>
  new ConnectorError({
    reason: { _tag: "BadRequest" },
    message: `${message} Nothing was begun.`,
    hint: "`rollcall leases list` shows what is open.",
  })
