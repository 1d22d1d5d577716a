// Ends leases: a pass over the open ones twice a minute, for as long as the worker runs, whatever else it does and whatever
// `BATON_PROVISIONING` says. What a pass finds is logged and counted; a pass that fails is followed by the next.
import type { Connector, Failure } from "@rollcall/connector"
import { clockSkew } from "@rollcall/host/changes"
import { AuditLog, formatResourceId, sentenceOf } from "@rollcall/connector"
import type { ComparableSync } from "@rollcall/host/leases"
import type { Backstop, EndedLeases, Lease, LeaseStore as Store } from "@rollcall/plan"
import { ClockSkew, endLeases, isDue, LeaseStore } from "@rollcall/plan"
import type { Duration } from "effect"
import { Clock, Context, Effect, Metric, Schedule } from "effect"
import { ConnectorMetrics } from "./metrics/ConnectorMetrics.ts"

const gauges = {
  open: Metric.gauge("rollcall_leases_open", { description: "Access for a time that is not over." }),
  overdue: Metric.gauge("rollcall_leases_overdue", {
    description: "Access whose time is over, and which the last pass did not end. Alert where it stays above 0.",
  }),
  reminders: Metric.gauge("rollcall_leases_reminders_due", {
    description: "Accounts that were disabled until a time that is over, and that nobody has enabled or left disabled.",
  }),
  c1Open: Metric.gauge("rollcall_leases_c1_open", {
    description: "Access that ConductorOne granted for a time, and that is not over.",
  }),
  c1Overdue: Metric.gauge("rollcall_leases_c1_overdue", {
    description: "Access that ConductorOne granted for a time that is over, and that it has not revoked.",
  }),
  failed: Metric.gauge("rollcall_leases_failed", {
    description: "Access whose time is over, and whose end failed when it was last tried.",
  }),
  blocked: Metric.gauge("rollcall_leases_blocked", {
    description: "Open leases that this worker cannot end, as its token or its plan does not allow it.",
  }),
  skew: Metric.gauge("rollcall_clock_skew_seconds", {
    description: "How far this machine's clock is ahead of the system's, by its last reply. Above 120, nothing ends.",
  }),
}

/** The pause between two passes, which tests make shorter. */
export const LeasePasses = Context.Reference<Duration.Input>("@rollcall/worker/LeasePasses", {
  defaultValue: () => "30 seconds",
})

/** Passes for ever. */
export const endLeasesOnTime = (
  connector: Connector,
  backstop?: Backstop,
): Effect.Effect<never, never, AuditLog | Store | ConnectorMetrics> => {
  const logged = new Set<string>()
  return endLeases(connector, { backstop, goesOn: true }).pipe(
    Effect.flatMap(logPass),
    Effect.catch((error) => Effect.logError(`The ends of leases could not be looked at. ${sentenceOf(error)}`)),
    Effect.andThen(count(logged)),
    // A bug must not stop all ends for good, while syncs go on.
    Effect.catchDefect((defect) =>
      Effect.logError(
        "The ends of leases could not be looked at because of a bug in Rollcall; please report it.",
        defect,
      ),
    ),
    (pass) => Effect.flatMap(Effect.service(LeasePasses), (pause) => Effect.repeat(pass, Schedule.spaced(pause))),
    Effect.andThen(Effect.never),
    Effect.provide(clockSkew),
  )
}

const logPass = Effect.fnUntraced(function* ({ ended, failed, waiting, blocked, clock }: EndedLeases) {
  for (const lease of ended) yield* logEnd(lease)
  for (const lease of failed) {
    const { lastFailure, retryAt = "the next pass" } = lease
    yield* Effect.logError(`A lease could not be ended, and is tried again at ${retryAt}. ${lastFailure}`).pipe(
      annotated(lease),
    )
  }
  for (const { lease, why } of blocked) {
    yield* Effect.logError(`A lease cannot be ended by this worker. ${sentenceOf(why)}`).pipe(annotated(lease))
  }
  if (clock !== undefined) {
    const differ =
      clock.skew === undefined
        ? "no reply has told the system's time yet"
        : `this machine's clock and the system's differ by ${Math.round(Math.abs(clock.skew) / 1000)} seconds`
    yield* Effect.logError(`No lease is ended: ${differ}. Set the clock; expiry goes on once they agree.`)
  }
  const { update } = yield* ConnectorMetrics
  yield* update(gauges.failed, failed.length + waiting.length)
  yield* update(gauges.blocked, blocked.length)
})

/**
 * What is done after each sync that was published: leases of those whom it shows without the access are closed. Where that cannot be done
 * it is logged, and the next sync is compared again.
 */
export const compareLeases = ({ tempDirectory }: { readonly tempDirectory?: string | undefined }) =>
  Effect.map(
    Effect.context<Store | AuditLog>(),
    (services) =>
      (sync: ComparableSync): Effect.Effect<void> =>
        Effect.promise(() => import("@rollcall/host/leases")).pipe(
          Effect.flatMap(({ leasesAfterSync }) => leasesAfterSync(sync, { tempDirectory })),
          Effect.flatMap(Effect.forEach(logEnd, { discard: true })),
          Effect.catch((error) => Effect.logError(`Leases could not be compared with the sync. ${sentenceOf(error)}`)),
          Effect.provideContext(Context.pick(LeaseStore, AuditLog)(services)),
        ),
  )

const logEnd = (lease: Lease) =>
  (lease.kind === "c1" && lease.closedAs === "expired"
    ? Effect.logWarning("Access that ConductorOne granted for a time and did not revoke was removed.")
    : Effect.logInfo(`A lease ended: ${lease.closedAs}.`)
  ).pipe(annotated(lease))

const annotated = ({ id, entitlement, principal, endsAt }: Lease) =>
  Effect.annotateLogs({ lease: id, entitlement: entitlement.id, principal: formatResourceId(principal), endsAt })

const dueOf = (leases: ReadonlyArray<Lease> = [], now: number) => leases.filter((lease) => isDue(lease, now))

/** `logged` has the reminders that the log has. */
const count = Effect.fnUntraced(
  function* (logged: Set<string>) {
    const { update } = yield* ConnectorMetrics
    const store = yield* LeaseStore
    const now = yield* Clock.currentTimeMillis
    const all = yield* store.open()
    const [open, ofC1, reminders] = [undefined, "c1", "reminder"].map((kind) =>
      all.filter((lease) => lease.kind === kind),
    )
    const due = dueOf(reminders, now)
    yield* update(gauges.open, open?.length ?? 0)
    yield* update(gauges.overdue, dueOf(open, now).length)
    yield* update(gauges.c1Open, ofC1?.length ?? 0)
    yield* update(gauges.c1Overdue, dueOf(ofC1, now).length)
    yield* update(gauges.reminders, due.length)
    for (const lease of due.filter(({ id }) => !logged.has(id))) {
      logged.add(lease.id)
      yield* Effect.logWarning(
        `The time of a disabled account is over. \`rollcall leases end ${lease.id}\` enables it.`,
      ).pipe(annotated(lease))
    }
    const skew = yield* yield* ClockSkew
    if (skew !== undefined) yield* update(gauges.skew, skew / 1000)
  },
  Effect.catch((error: Failure) => Effect.logError(`The leases could not be counted. ${sentenceOf(error)}`)),
)
