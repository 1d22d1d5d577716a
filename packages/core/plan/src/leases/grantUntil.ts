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
  type Change,
  ConnectorError,
  CurrentBrakes,
  formatResourceId,
  guardedIn,
  refusalOf,
  toEntitlementHolders,
} from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { everyIdOf, idsIn, notWhole } from "../LiveState.ts"
import { lengthInWords } from "../PlanError.ts"
import { afterRead, closeLease } from "./followLeases.ts"
import type { Lease } from "./Lease.ts"
import { closed, conductorOne, granted, leaseId, LeaseStore } from "./Lease.ts"
import { neverTried } from "./retries.ts"

/** When it is to end. */
export interface AskedEnd {
  /** Milliseconds since the epoch. */
  readonly until: number
  /** The longest lease that is allowed, in milliseconds (`BATON_MAX_LEASE`). */
  readonly maxLease?: number | undefined
}

/** What is asked for. */
export interface LeaseRequest extends AskedEnd {
  readonly entitlement: EntitlementReference
  readonly principal: ResourceId
  /** Further ids of the principal. */
  readonly aliases?: ReadonlyArray<string> | undefined
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

/** Whether the system does not know it any more. */
export const isGone = ({ reason }: ConnectorError): boolean => reason._tag === "NotFound"

/** Why an end cannot be moved to where it is already, or earlier. */
export const endsLater = ({ entitlement, principal, endsAt }: Lease): ConnectorError =>
  badRequest(
    `There is a lease of ${formatResourceId(principal)} and ${entitlement.id} until ${endsAt}, and an end only moves later.`,
  )

/** An end that is moved is no change of who holds what, and so is written to the log here. */
const moveEnd = Effect.fnUntraced(function* (open: Lease, until: number, tenant: Tenant) {
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

/** Fails with `BadRequest` where the end is over, or later than allowed. */
export const checkEnd = Effect.fnUntraced(function* ({ until, maxLease }: AskedEnd) {
  const now = yield* Clock.currentTimeMillis
  if (until <= now) {
    return yield* badRequest(`The end, ${new Date(until).toISOString()}, is over.`, "Give one that is to come.")
  }
  if (maxLease === undefined || until - now <= maxLease) return
  return yield* badRequest(
    `Access for a time may last ${lengthInWords(maxLease)} at most, and ${lengthInWords(until - now)} was asked for.`,
    "Ask for less, or allow more with BATON_MAX_LEASE.",
  )
})

const checkLease = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  change: Pick<Change, "entitlement" | "principal" | "aliases">,
  end: AskedEnd,
) {
  const refused = refusalOf(connector, change)
  if (refused !== undefined) return yield* refused
  yield* checkEnd(end)
  const guarded = yield* whyProtected(connector, change)
  if (guarded !== undefined) return yield* guarded
})

/** The refusal of what is protected, under any of its ids: of that nothing is taken, so nothing is granted for a time. */
export const whyProtected = Effect.fnUntraced(function* <R = never>(
  { provisioning }: Pick<Connector<R>, "provisioning">,
  change: Pick<Change, "entitlement" | "principal" | "aliases">,
) {
  const guarded = (yield* CurrentBrakes).brakes.protected
  if (guarded === undefined) return undefined
  const asksForAliases = change.aliases === undefined && provisioning?.aliasesOf !== undefined
  const aliases = asksForAliases ? yield* provisioning.aliasesOf(change.principal) : change.aliases
  const [id] = guardedIn(guarded.ids, [{ ...change, ...(aliases === undefined ? {} : { aliases }) }])
  return id === undefined
    ? undefined
    : new ConnectorError({
        reason: { _tag: "Braked" },
        message: `${id} is protected, and nothing is taken from it, so nothing is granted for a time. Nothing was begun.`,
        hint: `Grant it without an end, or take it out of ${guarded.setting}.`,
      })
})

const badRequest = (message: string, hint = "`rollcall leases list` shows what is open.") =>
  new ConnectorError({ reason: { _tag: "BadRequest" }, message: `${message} Nothing was begun.`, hint })
