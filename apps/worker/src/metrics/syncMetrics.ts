// What is counted of syncs, in either mode.
import type { Connector, RecordCounts, SyncEvent } from "@rollcall/connector"
import { Clock, Context, Effect, Metric } from "effect"
import { ConnectorMetrics } from "./ConnectorMetrics.ts"

const syncs = Metric.counter("rollcall_syncs_total", {
  description: "Syncs that ended, by outcome: success, error, cancelled.",
  incremental: true,
})
const lastSuccess = Metric.gauge("rollcall_sync_last_success_timestamp_seconds", {
  description:
    "When the last published sync ended (for ConductorOne: the last uploaded one); absent until there is one.",
})
const age = Metric.gauge("rollcall_sync_age_seconds", {
  description: "Seconds since the last published sync ended (for ConductorOne: the last uploaded one).",
})
const due = Metric.gauge("rollcall_sync_due_timestamp_seconds", {
  description: "When the sync after the last published one is due by the schedule; in the past until it is published.",
})
const next = Metric.gauge("rollcall_sync_next_timestamp_seconds", {
  description: "When the next sync of a schedule begins, or the next retry of a failed one.",
})
const duration = Metric.histogram("rollcall_sync_duration_seconds", {
  description: "How long published syncs took, interruptions included, until they were published.",
  boundaries: [10, 30, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400],
})
const records = Metric.gauge("rollcall_sync_records", {
  description: "Records of the last published sync, by kind and resource type.",
})
const pages = Metric.counter("rollcall_sync_pages_total", {
  description: "Pages that were read and stored, by step.",
  incremental: true,
})
const gaps = Metric.counter("rollcall_sync_gaps_total", {
  description: "What syncs had to leave out because a scope, plan or setting is missing, by step.",
  incremental: true,
})

/** How a sync ended. */
export type SyncOutcome = "success" | "error" | "cancelled"

/** Counts one sync. `why` says of one that failed what is told of it. */
export interface SyncMeter {
  readonly observe: (event: SyncEvent) => Effect.Effect<void>
  readonly ended: (outcome: SyncOutcome, why?: string) => Effect.Effect<void>
}

/** Is told what is counted of the syncs of a connection, of those before, and of the next one when it is planned. */
export const SyncWatch = Context.Reference<SyncMeter & Pick<SyncMetrics, "planned" | "succeededBefore">>(
  "@rollcall/worker/SyncWatch",
  {
    defaultValue: () => ({
      observe: () => Effect.void,
      ended: () => Effect.void,
      planned: () => Effect.void,
      succeededBefore: () => Effect.void,
    }),
  },
)

/** Counts the syncs of one connector. */
export interface SyncMetrics {
  /** Sync started. */
  readonly start: () => SyncMeter
  /** A sync of an earlier process had ended at this time, in milliseconds since the epoch. */
  readonly succeededBefore: (endedAt: number) => Effect.Effect<void>
  /** The next sync, or attempt at one, begins at this time. */
  readonly planned: (millis: number) => Effect.Effect<void>
}

/** Nothing is known of a sync yet. On a schedule, `dueAfter` says when one is due after one that ended then, or after none. */
export const makeSyncMetrics = Effect.fnUntraced(function* (
  connector: Pick<Connector, "steps">,
  dueAfter?: (endedAt: number | undefined) => number,
): Effect.fn.Return<SyncMetrics, never, ConnectorMetrics> {
  const { update, compute, declare } = yield* ConnectorMetrics
  const watch = yield* SyncWatch
  const clock = yield* Clock.Clock
  const steps = connector.steps.map(({ id }) => ({ step: id }))
  yield* declare(
    syncs,
    (["success", "error", "cancelled"] as const).map((outcome) => ({ outcome })),
  )
  yield* declare(pages, steps)
  yield* declare(gaps, steps)
  yield* declare(duration)
  const isDueAfter = (endedAt?: number) =>
    dueAfter === undefined ? Effect.void : update(due, dueAfter(endedAt) / 1000)
  yield* isDueAfter()

  let newest = Number.NEGATIVE_INFINITY
  const succeeded = (endedAt: number) =>
    Effect.suspend(() => {
      if (endedAt <= newest) return Effect.void
      newest = endedAt
      return Effect.andThen(
        update(lastSuccess, endedAt / 1000),
        Effect.andThen(
          compute(age, () => (clock.currentTimeMillisUnsafe() - endedAt) / 1000),
          isDueAfter(endedAt),
        ),
      )
    })
  const countRecords = ({ resources, entitlements, grants }: RecordCounts) =>
    Effect.forEach(
      Object.entries({ resource: resources, entitlement: entitlements, grant: grants }),
      ([kind, byType]) =>
        Effect.forEach(Object.entries(byType), ([type, count]) => update(records, count, { kind, type })),
      { discard: true },
    )

  const count = (event: SyncEvent, published: (endedAt: number) => void): Effect.Effect<void> => {
    switch (event._tag) {
      case "PageCommitted":
        return update(pages, 1, { step: event.step })
      case "GapFound":
        return update(gaps, 1, { step: event.step })
      case "Published": {
        const { startedAt, endedAt, counts } = event.sync
        published(endedAt)
        return Effect.andThen(update(duration, (endedAt - startedAt) / 1000), countRecords(counts))
      }
      default:
        return Effect.void
    }
  }

  return {
    start: () => {
      let publishedAt: number | undefined
      return {
        observe: (event) =>
          Effect.andThen(
            watch.observe(event),
            count(event, (endedAt) => void (publishedAt = endedAt)),
          ),
        ended: (outcome, why) =>
          Effect.suspend(() =>
            Effect.all(
              [
                watch.ended(outcome, why),
                update(syncs, 1, { outcome }),
                outcome === "success" && publishedAt !== undefined ? succeeded(publishedAt) : Effect.void,
              ],
              { discard: true },
            ),
          ),
      }
    },
    succeededBefore: (endedAt) => Effect.andThen(watch.succeededBefore(endedAt), succeeded(endedAt)),
    planned: (millis) => Effect.andThen(watch.planned(millis), update(next, millis / 1000)),
  }
})
