// Access for a time. A lease says who holds what until when, and how it ended. At most one of a person and an entitlement is open, and an
// end can only be moved later. States go one way: pending, active, ending, ended.
import { EntitlementReference, randomId, ResourceId, StoreError } from "@rollcall/connector"
import { Context, Effect, Schema } from "effect"

/**
 * - `pending`: written before the grant; whether it took effect is not known yet.
 * - `active`: granted.
 * - `ending`: written before the removal; whether it took effect is not known yet.
 * - `ended`: over, as `closedAs` says.
 */
export const LeaseState = Schema.Literals(["pending", "active", "ending", "ended"])

/**
 * How a lease ended:
 * - `expired`: its time was over, and the access was removed.
 * - `not granted`: the grant failed.
 * - `made lasting`: granted again without an end.
 * - `replaced`: ConductorOne granted it again for a time of its own, after which it revokes.
 * - `revoked`: taken away before its end, by Rollcall.
 * - `removed by others`: the person was seen without the access; what happens after that is not touched.
 * - `entitlement gone`, `person gone`: the system does not know it, or them, any more.
 * - `done`: of a reminder: somebody has done what it was about.
 */
export const LeaseEnd = Schema.Literals([
  "expired",
  "not granted",
  "made lasting",
  "replaced",
  "revoked",
  "removed by others",
  "entitlement gone",
  "person gone",
  "done",
])
export type LeaseEnd = typeof LeaseEnd.Type

/** As `Date.toISOString` writes it, so that stores order by the text. */
const Instant = Schema.String.check(
  Schema.makeFilter((text) => {
    const millis = Date.parse(text)
    return (!Number.isNaN(millis) && new Date(millis).toISOString() === text) || "it is no instant in UTC"
  }),
)

/**
 * A lease. Times are RFC 3339 in UTC. A `reminder` ends nothing: somebody is told that its time is over, and decides. `c1`: ConductorOne
 * granted it for a time, and revokes it.
 */
export const Lease = Schema.Struct({
  id: Schema.String,
  kind: Schema.optionalKey(Schema.Literals(["reminder", "c1"])),
  connector: Schema.String,
  /** Id of the tenant, such as a workspace. */
  tenant: Schema.String,
  entitlement: EntitlementReference,
  principal: ResourceId,
  begunAt: Instant,
  endsAt: Instant,
  reason: Schema.optionalKey(Schema.String),
  /** Who asked for it: the user of the operating system, or the account that the credential belongs to. */
  actor: Schema.optionalKey(Schema.String),
  state: LeaseState,
  /** When it was first known to be granted; absent while it is `pending`, and in what earlier versions wrote. */
  grantedAt: Schema.optionalKey(Instant),
  closedAs: Schema.optionalKey(LeaseEnd),
  closedAt: Schema.optionalKey(Instant),
  /** Of `c1`: when ConductorOne last asked for another change of the pair, after which the lease says nothing any more. */
  laterTaskAt: Schema.optionalKey(Instant),
  /** How often its end failed for a reason of its own, and not one that all leases meet; never where it is absent. */
  failures: Schema.optionalKey(Schema.Int),
  /** What the last failure of its end said. */
  lastFailure: Schema.optionalKey(Schema.String),
  /** When a worker tries to end it again; at its next pass where it is absent. */
  retryAt: Schema.optionalKey(Instant),
})
export type Lease = typeof Lease.Type

/** Since when ConductorOne has been reachable, and when it last answered: milliseconds since the epoch. */
export const Reached = Schema.Struct({ since: Schema.Int, last: Schema.Int })
export type Reached = typeof Reached.Type

/** The pair that a lease is about. */
export type LeasedPair = Pick<Lease, "tenant" | "entitlement" | "principal">

/** Where leases are kept. What it has written survives SIGKILL and a crash of the machine. */
export class LeaseStore extends Context.Service<
  LeaseStore,
  {
    /** Writes a lease, in the place of the one with its id. Fails with `Busy` where the pair has another that is open. */
    readonly put: (lease: Lease) => Effect.Effect<void, StoreError>
    /** The open lease of a pair. */
    readonly openOf: (pair: LeasedPair) => Effect.Effect<Lease | undefined, StoreError>
    /** The open leases of a tenant, in the order of their ends; all tenants where none is named. */
    readonly open: (tenant?: string) => Effect.Effect<ReadonlyArray<Lease>, StoreError>
    /** All leases that the store knows, the newest first. */
    readonly all: Effect.Effect<ReadonlyArray<Lease>, StoreError>
    /** Runs work while no other process ends leases of the tenant in this store; fails with `Busy`. */
    readonly alone: <A, E, R>(tenant: string, work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StoreError, R>
    /** Says that somebody ends leases of the tenant, and goes on doing so: milliseconds since the epoch. */
    readonly beat: (tenant: string, now: number) => Effect.Effect<void, StoreError>
    /** When somebody last said so; absent: nobody ever did. */
    readonly lastBeat: (tenant: string) => Effect.Effect<number | undefined, StoreError>
    /** Says that ConductorOne answered. */
    readonly reached: (reached: Reached) => Effect.Effect<void, StoreError>
    /** What was last said of that. */
    readonly lastReached: Effect.Effect<Reached | undefined, StoreError>
  }
>()("@rollcall/plan/LeaseStore") {}

/** What writing a second open lease of a pair fails with. */
export const pairIsLeased = (cause: unknown): StoreError =>
  new StoreError({
    reason: "Busy",
    message:
      "Somebody else has just granted the same for a time: the store has another open lease of that person and entitlement.",
    hint: "`rollcall leases list` shows it; run the same again to move its end.",
    cause,
  })

/** An id for a lease. */
export const leaseId: Effect.Effect<string> = randomId(2)

/** The open leases of a tenant, for whoever plans what others have for a time; nothing is known of them by default. */
export const OpenLeases = Context.Reference<(tenant: string) => Effect.Effect<ReadonlyArray<Lease>, StoreError>>(
  "@rollcall/plan/OpenLeases",
  { defaultValue: () => () => Effect.succeed([]) },
)

/** Whether it is one that has begun and is not over, and gives access: a reminder gives none. */
export const isLent = ({ state, kind }: Lease): boolean => state !== "ended" && kind !== "reminder"

/**
 * Whether somebody had the access for a time alone, now or at some time between two instants (RFC 3339; open where they are absent). What
 * was made lasting since was not.
 */
export const wasLent = (
  lease: Lease,
  { startedAt = "", endedAt = "" }: { readonly startedAt?: string | undefined; readonly endedAt?: string | undefined },
): boolean => {
  if (lease.kind === "reminder" || lease.closedAs === "not granted" || lease.closedAs === "made lasting") return false
  if (lease.state !== "ended") return true
  const { begunAt, closedAt = begunAt } = lease
  return !(Date.parse(begunAt) > Date.parse(endedAt)) && !(Date.parse(closedAt) < Date.parse(startedAt))
}

/** Who asked for a lease of the kind `c1`. */
export const conductorOne = "ConductorOne"

/** The lease, granted. */
export const granted = (lease: Lease, now: number): Lease => ({
  ...lease,
  state: "active",
  grantedAt: lease.grantedAt ?? new Date(now).toISOString(),
})

/** The lease, over. */
export const closed = (lease: Lease, as: LeaseEnd, now: number): Lease => ({
  ...lease,
  state: "ended",
  closedAs: as,
  closedAt: new Date(now).toISOString(),
})

/** Milliseconds after a grant in which a list may lack it still: systems show in a moment in one list what they show in another. */
const settling = 60_000

/**
 * Whether a read that began then, in milliseconds since the epoch, and does not show its person says that they do not have the access. Of
 * a younger lease it says nothing: were it taken for gone, the access would have no end.
 */
export const canBeMissed = ({ begunAt, grantedAt }: Lease, readAt: number): boolean =>
  Date.parse(grantedAt ?? begunAt) + settling <= readAt

/** Milliseconds after a sign of life in which another is to come. */
const betweenBeats = 120_000

/** Whether somebody ends leases, by their last sign of life. One of the future says nothing: the clock was set since. */
export const isAlive = (lastBeat: number | undefined, now: number): boolean =>
  lastBeat !== undefined && lastBeat <= now && now - lastBeat <= betweenBeats

/** Whether its time is over. */
export const isDue = ({ endsAt }: Lease, now: number): boolean => Date.parse(endsAt) <= now
