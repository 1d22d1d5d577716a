// What is counted of syncs, in either mode.
import type { RecordCounts, SyncEvent } from "@rollcall/connector"
import { Clock, Effect, Metric } from "effect"

const syncs = Metric.counter("rollcall_syncs_total", {
  description: "Syncs that ended, by outcome: success, error, cancelled.",
  incremental: true,
})
const lastSuccess = Metric.gauge("rollcall_sync_last_success_timestamp_seconds", {
  description: "When the last sync ended that was published, and uploaded where it is for ConductorOne.",
})
const age = Metric.gauge("rollcall_sync_age_seconds", {
  description: "Seconds since the last sync that ended well; absent until there is one.",
})
const duration = Metric.gauge("rollcall_sync_duration_seconds", {
  description: "How long the last published sync took, interruptions included, until it was published.",
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

let succeededAt: number | undefined

/** Counts what a running sync tells. */
export const measureSyncEvent = (event: SyncEvent): Effect.Effect<void> => {
  switch (event._tag) {
    case "PageCommitted":
      return Metric.update(Metric.withAttributes(pages, { step: event.step }), 1)
    case "GapFound":
      return Metric.update(Metric.withAttributes(gaps, { step: event.step }), 1)
    case "Published": {
      const { startedAt, endedAt, counts } = event.sync
      return Effect.andThen(Metric.update(duration, (endedAt - startedAt) / 1000), countRecords(counts))
    }
    default:
      return Effect.void
  }
}

const countRecords = (counts: RecordCounts) =>
  Effect.forEach(
    [
      ["resource", counts.resources],
      ["entitlement", counts.entitlements],
      ["grant", counts.grants],
    ] as const,
    ([kind, byType]) =>
      Effect.forEach(Object.entries(byType), ([type, count]) =>
        Metric.update(Metric.withAttributes(records, { kind, type }), count),
      ),
    { discard: true },
  )

/** Counts the end of a sync. */
export const syncEnded = Effect.fnUntraced(function* (outcome: "success" | "error" | "cancelled") {
  yield* Metric.update(Metric.withAttributes(syncs, { outcome }), 1)
  if (outcome !== "success") return
  succeededAt = yield* Clock.currentTimeMillis
  yield* Metric.update(lastSuccess, succeededAt / 1000)
})

/** Brings the age up to date; for whoever is about to read it. */
export const sampleSyncAge: Effect.Effect<void> = Effect.flatMap(Clock.currentTimeMillis, (now) =>
  succeededAt === undefined ? Effect.void : Metric.update(age, (now - succeededAt) / 1000),
)
