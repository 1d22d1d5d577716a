// Ends what is over, in the order of the ends: `ending` is written before the removal, and after a kill the group is read, so that every
// lease comes to one end. The end of a lease is not braked by count; the guard is the clock.
import type { AuditLog, Connector, StoreError } from "@rollcall/connector"
import {
  AfterChange,
  applyMixed,
  AuditOrigin,
  canChangeAnything,
  ConnectorError,
  CurrentBrakes,
  endsTheRun,
  formatResourceId,
  refusalOf,
  toEntitlementHolders,
} from "@rollcall/connector"
import { Clock, Context, Effect, Result } from "effect"
import { everyIdOf } from "../LiveState.ts"
import type { Lease, LeaseEnd } from "./Lease.ts"
import { recordEnd } from "./followLeases.ts"
import { canBeMissed, closed, conductorOne, granted, isDue, LeaseStore } from "./Lease.ts"

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
  /** Open leases that the connector, as it was opened, cannot end at all, and why. */
  readonly blocked: ReadonlyArray<{ readonly lease: Lease; readonly why: ConnectorError }>
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

/**
 * Settles the leases of the connector's tenant that are begun (`pending`, `ending`), and ends those that are over. A failure keeps the
 * lease for the next pass, and does not stop the others, except that of a credential or of the whole system, which all would meet.
 */
export const endLeases = <R>(connector: Connector<R>, backstop?: Backstop) =>
  LeaseStore.use((store) => store.alone(onePass(connector, store, backstop)))

const onePass = Effect.fn("Leases.end")(function* <R>(
  connector: Connector<R>,
  store: LeaseStore["Service"],
  backstop: Backstop | undefined,
): Effect.fn.Return<EndedLeases, ConnectorError | StoreError, R | AuditLog> {
  const tenant = yield* connector.identify
  const now = yield* Clock.currentTimeMillis
  const lastSkew = yield* yield* ClockSkew
  // Whoever grants for a time relies on it.
  if (canChangeAnything(connector) && (lastSkew === undefined || isWithin(lastSkew))) yield* store.beat(now)
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
  const settle = Effect.fnUntraced(function* (lease: Lease, as: LeaseEnd) {
    const over = closed(lease, as, yield* Clock.currentTimeMillis)
    yield* recordEnd(over, tenant)
    yield* store.put(over)
    ended.push(over)
  })
  const holds = readOnce(connector)
  /** Others may have moved it, ended it or made it lasting while something was read. */
  const isAsItWas = (lease: Lease) =>
    Effect.map(
      store.openOf(lease),
      (found) => found?.id === lease.id && found.state === lease.state && found.endsAt === lease.endsAt,
    )

  for (const lease of open.filter(({ state, id }) => state === "pending" && !stuck.has(id))) {
    const isHeld = yield* Effect.result(holds(lease))
    if (!(yield* isAsItWas(lease))) continue
    if (Result.isFailure(isHeld)) {
      if (isGone(isHeld.failure)) yield* settle(lease, "entitlement gone")
      if (endsTheRun(isHeld.failure)) return yield* isHeld.failure
    } else if (isHeld.success) yield* store.put(granted(lease, yield* Clock.currentTimeMillis))
    else if (isWithin(yield* yield* ClockSkew) && canBeMissed(lease, now)) yield* settle(lease, "not granted")
  }

  const due = (yield* store.open(tenant.id)).filter((lease) => isOver(lease, now) && !stuck.has(lease.id))
  for (const { id, ...pair } of due) {
    // The leases before it took their time.
    const lease = yield* store.openOf(pair)
    if (lease?.id !== id || !isOver(lease, now)) continue
    const isHeld = yield* Effect.result(holds(lease))
    // After a reply, since the clock may have been set since the one before; and by the time that the reply has proved.
    const skew = yield* yield* ClockSkew
    if (!isWithin(skew)) return { ended, failed, blocked, clock: { skew } }
    const proved = yield* Clock.currentTimeMillis
    if (!isOver(lease, proved) || !(yield* isAsItWas(lease))) continue
    if (Result.isSuccess(isHeld) && !isHeld.success && !canBeMissed(lease, Math.min(now, proved))) continue
    const came = yield* Effect.result(endOne(connector, store, lease, isHeld))
    if (Result.isSuccess(came)) yield* settle(lease, came.success)
    else {
      const { failure } = came
      const tried: Lease = {
        ...lease,
        // What was refused was not removed: whoever lacks it later has lost it to others.
        state: failure._tag === "ConnectorError" && failure.uncertain !== true ? lease.state : "ending",
        failures: (lease.failures ?? 0) + 1,
        lastFailure: failure.message,
      }
      yield* store.put(tried)
      failed.push(tried)
      if (failure._tag === "ConnectorError" && endsTheRun(failure)) break
    }
  }
  return { ended, failed, blocked }
})

/** Removes what the lease lent, and says how it ended; the lease is `ending` from the first write on. */
const endOne = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  store: LeaseStore["Service"],
  lease: Lease,
  isHeld: Result.Result<boolean, ConnectorError>,
): Effect.fn.Return<LeaseEnd, ConnectorError | StoreError, R | AuditLog> {
  if (Result.isFailure(isHeld)) return isGone(isHeld.failure) ? "entitlement gone" : yield* Effect.fail(isHeld.failure)
  // Begun before, so it was ours; else somebody else has removed it.
  if (!isHeld.success) return lease.state === "ending" ? "expired" : "removed by others"
  yield* store.put({ ...lease, state: "ending" })
  const { entitlement, principal, reason } = lease
  const applied = yield* applyMixed(connector, { changes: [{ intent: "revoke", entitlement, principal }] }).pipe(
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
  if (result?.outcome === "changed" || result?.outcome === "already") return "expired"
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

const isGone = ({ reason }: ConnectorError) => reason._tag === "NotFound"

/** Whether a lease's person holds what it lent. Each entitlement is read once a pass, and each person's further ids are asked for. */
const readOnce = <R>({ provisioning }: Connector<R>) => {
  const read = new Map<string, ReturnType<typeof idsOf>>()
  return Effect.fnUntraced(function* ({ entitlement, principal }: Lease): Effect.fn.Return<boolean, ConnectorError, R> {
    if (provisioning === undefined) return false
    const { held, ids } = read.get(entitlement.id) ?? idsOf(yield* provisioning.holders(entitlement))
    read.set(entitlement.id, { held, ids })
    if (ids.has(formatResourceId(principal))) return true
    const aliases = provisioning.aliasesOf === undefined ? [] : yield* provisioning.aliasesOf(principal)
    if (everyIdOf({ ...principal, aliases }).some((id) => ids.has(id))) return true
    return held.isPartial === true ? yield* notWhole(held.resourceName ?? entitlement.id) : false
  })
}

const idsOf = (read: Parameters<typeof toEntitlementHolders>[0]) => {
  const held = toEntitlementHolders(read)
  return { held, ids: new Set(held.holders.map(formatResourceId)) }
}

const notWhole = (name: string) =>
  new ConnectorError({
    reason: { _tag: "NotWhole" },
    message: `Some holders of ${name} could not be read, so nobody can be said to be gone from it.`,
    hint: "Nothing is ended before it is read whole.",
  })
