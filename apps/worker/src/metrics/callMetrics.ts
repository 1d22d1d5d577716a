// What is counted of calls and of their waits, as the clients report them.
import { CallOutcomes } from "@rollcall/api-client"
import { CallWaits } from "@rollcall/resilience"
import { Effect, Layer, Metric } from "effect"
import { ConnectorMetrics } from "./ConnectorMetrics.ts"

/** Calls, which are declared where the methods of a system are known before the first call. */
export const calls = Metric.counter("rollcall_api_calls_total", {
  description: "Calls of other systems, retries included, by system, method and result.",
  incremental: true,
})
const waits = Metric.counter("rollcall_api_call_waits_total", {
  description:
    "Waits of calls by key and reason: budget (our own rate), cooldown (the system asked for a pause), retry (after a failure).",
  incremental: true,
})
const waited = Metric.counter("rollcall_api_call_wait_seconds_total", {
  description: "Seconds that calls were to wait, counted when each wait began, by key and reason.",
  incremental: true,
})

/** Counts each call as it ends, and each wait as it begins. */
export const callMetrics: Layer.Layer<never, never, ConnectorMetrics> = Layer.unwrap(
  Effect.map(Effect.service(ConnectorMetrics), ({ update }) =>
    Layer.mergeAll(
      Layer.succeed(CallOutcomes, ({ system, method, result }) => update(calls, 1, { system, method, result })),
      Layer.succeed(CallWaits, ({ key, reason, millis }) =>
        Effect.andThen(update(waits, 1, { key, reason }), update(waited, millis / 1000, { key, reason })),
      ),
    ),
  ),
)
