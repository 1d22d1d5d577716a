// Ends what is over, in the order of the ends: `ending` is written before the removal, and after a kill the group is read, so that every
// lease comes to one end. The end of a lease is not braked by count; the guard is the clock.
import type { Connector, ConnectorError, EntitlementHolders, Tenant } from "@rollcall/connector"
import {
  AfterChange,
  applyMixed,
  AuditLog,
  AuditOrigin,
  canChangeAnything,
  CurrentBrakes,
  endsTheRun,
  formatResourceId,
  refusalOf,
  StoreError,
  toEntitlementHolders,
} from "@rollcall/connector"
import { Clock, Context, Effect, Result } from "effect"
import { everyIdOf, idsIn, notWhole } from "../LiveState.ts"
import type { Lease, LeaseEnd } from "./Lease.ts"
import { closeLease } from "./followLeases.ts"
import { canBeMissed, conductorOne, granted, isDue, LeaseStore } from "./Lease.ts"
import { isGone } from "./readHolders.ts"
import { failedAgain, isWaiting } from "./retries.ts"

/**
 * How far the clock of this machine is ahead of the system's, in milliseconds, as the last reply told; `undefined`: no reply has told
 * yet. Whoever makes the client gives it.
 */
export const ClockSkew = Context.Reference<Effect.Effect<number | undefined>>("@rollcall/plan/ClockSkew", {
  defaultValue: () => Effect.succeed(undefined),
})

/** The most that the clocks may differ, in milliseconds. */
export const maxSkew = 120_000

const isWithin = (skew: number | undefined): boolean => skew !== undefined && Math.abs(skew) <= maxSkew

/** What a pass over the open leases came to. */
export interface EndedLeases {
  readonly ended: ReadonlyArray<Lease>
  /** Leases that are over and whose end failed, each with its last failure. */
  readonly failed: ReadonlyArray<Lease>
  /** Leases that are over, whose end failed in an earlier pass, and which are tried again later. */
  readonly waiting: ReadonlyArray<Lease>
  /** Open leases that the connector, as it was opened, cannot end at all, and why. */
  readonly blocked: ReadonlyArray<{ readonly lease: Lease; readonly why: ConnectorError }>
  /** Why the rest was not tried: a failure that all of them would meet. */
  readonly stopReason?: ConnectorError | StoreError | undefined
  /** Why nothing was ended: the clocks differ, or no reply has told the system's yet. */
  readonly clock?: { readonly skew: number | undefined } | undefined
}

/** That what ConductorOne granted for a time, and did not revoke, is ended too (`BATON_C1_LEASES=backstop`). */
export interface Backstop {
  /** Milliseconds that it has for that, after the end. */
  readonly grace: number
  /** Since when it has been reachable without a break (milliseconds since the epoch); nothing where it is not, or may have tasks for us. */
  readonly reachableSince: Effect.Effect<number | undefined>
}

/** How leases are ended. */
export interface EndingLeases {
  readonly backstop?: Backstop | undefined
  /**
   * That this is a pass of many, so that whoever grants for a time can rely on the next, and what failed is not tried again in each;
   * default: a single one.
   */
  readonly goesOn?: boolean | undefined
}

/**
 * Settles the leases of the connector's tenant that are begun (`pending`, `ending`), and ends those that are over. A failure keeps the
 * lease for a later pass, and does not stop the others, except that of a credential, of the whole system or of a store, which all would
 * meet.
 */
export const endLeases = <R>(connector: Connector<R>, options: EndingLeases = {}) =>
  Effect.flatMap(connector.identify, (tenant) =>
    LeaseStore.use((store) => store.alone(tenant.id, onePass(connector, tenant, store, options))),
  )

const onePass = Effect.fn("Leases.end")(function* <R>(
  connector: Connector<R>,
  tenant: Tenant,
  store: LeaseStore["Service"],
  { backstop, goesOn = false }: EndingLeases,
): Effect.fn.Return<EndedLeases, ConnectorError | StoreError, R | AuditLog | LeaseStore> {
  const now = yield* Clock.currentTimeMillis
  const lastSkew = yield* yield* ClockSkew
  // Whoever grants for a time relies on it.
  if (goesOn && canChangeAnything(connector) && (lastSkew === undefined || isWithin(lastSkew))) {
    yield* store.beat(tenant.id, now)
  }
  const isOver = overBy(backstop?.grace, yield* backstop?.reachableSince ?? Effect.succeed(undefined))
  const open = (yield* store.open(tenant.id)).filter(
    ({ kind }) => kind === undefined || (kind === "c1" && backstop !== undefined),
  )
  const blocked = open.flatMap((lease) => {
    const why = refusalOf(connector, lease)
    return why === undefined ? [] : [{ lease, why }]
  })
  const stuck = new Set(blocked.map(({ lease }) => lease.id))
  const ended: Array<Lease> = []
  const failed: Array<Lease> = []
  /** Where it is open still: another process may have ended it while this one was cut off from the store. */
  const settle = Effect.fnUntraced(function* (lease: Lease, as: LeaseEnd) {
    const found = yield* store.openOf(lease)
    if (found?.id === lease.id) ended.push(yield* closeLease(lease, as, tenant))
  })
  const holds = readOnce(connector)
  const isAsItWas = (lease: Lease) => Effect.map(store.openOf(lease), (found) => isSame(found, lease))

  for (const lease of open.filter(({ state, id }) => state === "pending" && !stuck.has(id))) {
    const isHeld = yield* Effect.result(holds(lease))
    if (!(yield* isAsItWas(lease))) continue
    if (Result.isFailure(isHeld)) {
      if (isGone(isHeld.failure)) yield* settle(lease, "entitlement gone")
      if (endsTheRun(isHeld.failure)) return yield* isHeld.failure
    } else if (isHeld.success) yield* store.put(granted(lease, yield* Clock.currentTimeMillis))
    else if (isWithin(yield* yield* ClockSkew) && canBeMissed(lease, now)) yield* settle(lease, "not granted")
  }

  const over = (yield* store.open(tenant.id)).filter((lease) => isOver(lease, now) && !stuck.has(lease.id))
  const waits = (lease: Lease) => goesOn && isWaiting(lease, now)
  const [due, waiting] = [over.filter((lease) => !waits(lease)), over.filter(waits)]
  for (const { id, ...pair } of due) {
    // The leases before it took their time.
    const lease = yield* store.openOf(pair)
    if (lease?.id !== id || !isOver(lease, now)) continue
    const isHeld = yield* Effect.result(holds(lease))
    // After a reply, since the clock may have been set since the one before; and by the time that the reply has proved.
    const skew = yield* yield* ClockSkew
    if (!isWithin(skew)) return { ended, failed, waiting, blocked, clock: { skew } }
    const proved = yield* Clock.currentTimeMillis
    if (!isOver(lease, proved) || !(yield* isAsItWas(lease))) continue
    const saysNothing = !canBeMissed(lease, Math.min(now, proved))
    if (Result.isSuccess(isHeld) && !isHeld.success && saysNothing) continue
    const came = yield* Effect.result(endOne(connector, store, lease, isHeld))
    if (Result.isSuccess(came)) {
      if (came.success !== "removed by others" || !saysNothing) yield* settle(lease, came.success)
    } else {
      const { failure } = came
      const stopsAll = failure._tag === "StoreError" || endsTheRun(failure)
      const current = yield* store.openOf(lease)
      if (!isSame(current && { ...current, state: lease.state }, lease)) continue
      // What was refused, or never asked for, was not removed: whoever lacks it later has lost it to others.
      const state = isRefused(failure) ? lease.state : (current?.state ?? lease.state)
      const tried: Lease = stopsAll
        ? { ...lease, state, lastFailure: failure.message }
        : failedAgain({ ...lease, state }, failure.message, yield* Clock.currentTimeMillis)
      yield* store.put(tried)
      failed.push(tried)
      if (stopsAll) return { ended, failed, waiting, blocked, stopReason: failure }
    }
  }
  return { ended, failed, waiting, blocked }
})

/** Whether it is as it was read: others may have moved it, ended it or made it lasting meanwhile, or ConductorOne asked for something else. */
const isSame = (found: Lease | undefined, { id, state, endsAt, laterTaskAt }: Lease): boolean =>
  found?.id === id && found.state === state && found.endsAt === endsAt && found.laterTaskAt === laterTaskAt

/** What ends the removal of what is not as it was read any more, before it is sent. Nobody is told of it. */
const movedMeanwhile = new StoreError({
  reason: "Busy",
  message: "Others have moved or ended the lease meanwhile.",
  hint: "The next pass looks at it again.",
})

const isRefused = (failure: ConnectorError | StoreError): boolean =>
  failure._tag === "ConnectorError" && failure.uncertain !== true

/** Removes what the lease lent, and says how it ended; the lease is `ending` once the audit log has the removal that is about to be sent. */
const endOne = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  store: LeaseStore["Service"],
  lease: Lease,
  isHeld: Result.Result<boolean, ConnectorError>,
): Effect.fn.Return<LeaseEnd, ConnectorError | StoreError, R | AuditLog> {
  if (Result.isFailure(isHeld)) return isGone(isHeld.failure) ? "entitlement gone" : yield* Effect.fail(isHeld.failure)
  // Begun before, so it was ours; else somebody else has removed it.
  const goneAs = lease.state === "ending" ? "expired" : "removed by others"
  if (!isHeld.success) return goneAs
  const { entitlement, principal, reason } = lease
  const log = yield* AuditLog
  const begin = Effect.fnUntraced(function* (entry: Parameters<typeof log.append>[0]) {
    // The read just before may have waited for the system.
    if (!isSame(yield* store.openOf(lease), lease)) return yield* movedMeanwhile
    yield* log.append(entry)
    yield* store.put({ ...lease, state: "ending" })
  })
  const append: typeof log.append = (entry) => (entry.outcome === "begun" ? begin(entry) : log.append(entry))
  const applied = yield* applyMixed(connector, { changes: [{ intent: "revoke", entitlement, principal }] }).pipe(
    Effect.provideService(AuditLog, { ...log, append }),
    Effect.provideService(AfterChange, () => Effect.void),
    Effect.provideService(CurrentBrakes, { brakes: {}, countSince: () => Effect.succeed([]) }),
    Effect.provideService(AuditOrigin, {
      statedReason:
        lease.kind === "c1"
          ? `not revoked by ${conductorOne}: lease ${lease.id}`
          : `expired: lease ${lease.id}${reason === undefined ? "" : `, ${reason}`}`,
      lease: { id: lease.id, endsAt: lease.endsAt },
    }),
  )
  const [result] = applied.results
  if (result?.outcome === "changed") return "expired"
  // A removal that was sent is never that: it was gone when it was read just before.
  if (result?.outcome === "already") return goneAs
  const failure = result?.outcome === "failed" ? result.failure : applied.stopReason
  if (failure?._tag === "ConnectorError" && isGone(failure)) return "person gone"
  return yield* failure === undefined ? Effect.die(new Error("A removal came to nothing.")) : Effect.fail(failure)
})

/**
 * What a pass ends. Of what ConductorOne granted, that for which it has sent nothing else, all of the grace over which it was reachable: an
 * absence begins the grace again.
 */
const overBy =
  (grace: number | undefined, reachableSince: number | undefined) =>
  (lease: Lease, now: number): boolean => {
    if (lease.state === "pending" || lease.kind === "reminder") return false
    if (lease.kind === undefined) return lease.state === "ending" || isDue(lease, now)
    const isLeft = lease.laterTaskAt === undefined && grace !== undefined && reachableSince !== undefined
    return isLeft && Math.max(Date.parse(lease.endsAt), reachableSince) + grace <= now
  }

/** Whether a lease's person holds what it lent. Each entitlement is read once a pass, and each person's further ids are asked for. */
const readOnce = <R>({ provisioning }: Connector<R>) => {
  const reads = new Map<string, EntitlementHolders>()
  return Effect.fnUntraced(function* ({ entitlement, principal }: Lease): Effect.fn.Return<boolean, ConnectorError, R> {
    if (provisioning === undefined) return false
    const read = reads.get(entitlement.id) ?? toEntitlementHolders(yield* provisioning.holders(entitlement))
    reads.set(entitlement.id, read)
    const ids = idsIn(read)
    if (ids.has(formatResourceId(principal))) return true
    const aliases = provisioning.aliasesOf === undefined ? [] : yield* provisioning.aliasesOf(principal)
    if (everyIdOf(principal, aliases).some((id) => ids.has(id))) return true
    if (read.isPartial !== true) return false
    return yield* notWhole(read.resourceName ?? entitlement.id, {
      so: "so nobody can be said to be gone from it.",
      hint: "Nothing is ended before it is read whole.",
    })
  })
}
