// What is measured of the process itself, under the names that dashboards for Node know (those of prom-client).
import { Effect, Metric } from "effect"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { sampleSyncAge } from "./syncMetrics.ts"

const heapUsed = Metric.gauge("nodejs_heap_size_used_bytes", { description: "Bytes of V8's heap in use." })
const resident = Metric.gauge("process_resident_memory_bytes", {
  description: "Bytes of memory that the process occupies.",
})
const lagMost = Metric.gauge("nodejs_eventloop_lag_max_seconds", {
  description: "The longest that anything had to wait for the thread, since metrics were last read.",
})
const lagMean = Metric.gauge("nodejs_eventloop_lag_mean_seconds", {
  description: "How long things had to wait for the thread on average, since metrics were last read.",
})

const delay = monitorEventLoopDelay({ resolution: 20 })
delay.enable()

/** Brings what has to be looked at up to date; for whoever is about to read the metrics. */
export const sampleProcess: Effect.Effect<void> = Effect.gen(function* () {
  const { heapUsed: used, rss } = process.memoryUsage()
  yield* Metric.update(heapUsed, used)
  yield* Metric.update(resident, rss)
  // In nanoseconds; not a number while nothing has been measured.
  yield* Metric.update(lagMost, delay.max / 1e9)
  if (Number.isFinite(delay.mean)) yield* Metric.update(lagMean, delay.mean / 1e9)
  delay.reset()
  yield* sampleSyncAge
})
