// What is measured of the process itself, under the names that dashboards for Node know (those of prom-client), and which
// build of the worker it is.
import { Context, Effect, Layer, Metric } from "effect"
import { monitorEventLoopDelay } from "node:perf_hooks"

const heapUsed = Metric.gauge("nodejs_heap_size_used_bytes", { description: "Bytes of V8's heap in use." })
const resident = Metric.gauge("process_resident_memory_bytes", {
  description: "Bytes of memory that the process uses.",
})
const lagMost = Metric.gauge("nodejs_eventloop_lag_max_seconds", {
  description: "The longest wait for the thread since metrics were last read.",
})
const lagMean = Metric.gauge("nodejs_eventloop_lag_mean_seconds", {
  description: "The average wait for the thread since metrics were last read.",
})
const build = Metric.gauge("rollcall_build_info", {
  description: "Always 1; the labels name the version of the worker and of Node.",
})

/** Measures the process. */
export class ProcessMetrics extends Context.Service<
  ProcessMetrics,
  {
    /** Brings what has to be looked at up to date; for whoever is about to read the metrics. */
    readonly sample: Effect.Effect<void>
  }
>()("@rollcall/worker/ProcessMetrics") {
  /** Measures for as long as the scope lives. */
  static readonly layer = (version: string): Layer.Layer<ProcessMetrics> =>
    Layer.effect(
      ProcessMetrics,
      Effect.gen(function* () {
        yield* Metric.update(Metric.withAttributes(build, { version, node: process.versions.node }), 1)
        const delay = yield* Effect.acquireRelease(
          Effect.sync(() => {
            const monitor = monitorEventLoopDelay({ resolution: 20 })
            monitor.enable()
            return monitor
          }),
          (monitor) => Effect.sync(() => monitor.disable()),
        )
        const sample = Effect.gen(function* () {
          const { heapUsed: used, rss } = process.memoryUsage()
          yield* Metric.update(heapUsed, used)
          yield* Metric.update(resident, rss)
          // In nanoseconds; not a number while nothing has been measured.
          yield* Metric.update(lagMost, delay.max / 1e9)
          if (Number.isFinite(delay.mean)) yield* Metric.update(lagMean, delay.mean / 1e9)
          delay.reset()
        })
        return { sample }
      }),
    )
}
