// What is counted of copies in the archive.
import { Effect, Metric } from "effect"
import { ConnectorMetrics } from "./ConnectorMetrics.ts"

const copies = Metric.counter("rollcall_archive_copies_total", {
  description: "Copies of published syncs to the archive, by outcome: success, error.",
  incremental: true,
})

/** Counts copies by outcome; both are 0 from the start. */
export const makeArchiveMetrics = Effect.gen(function* () {
  const { update, declare } = yield* ConnectorMetrics
  yield* declare(
    copies,
    (["success", "error"] as const).map((outcome) => ({ outcome })),
  )
  return (outcome: "success" | "error") => update(copies, 1, { outcome })
})
