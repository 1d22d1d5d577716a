// What is counted of calls and of their waits, as the clients report them.
import type { CallOutcome } from "@rollcall/api-client"
import type { CallWait } from "@rollcall/resilience"
import { Effect, Metric } from "effect"

const calls = Metric.counter("rollcall_calls_total", {
  description: "Calls of other systems, retries included, by system, method and result.",
  incremental: true,
})
const waits = Metric.counter("rollcall_call_waits_total", {
  description:
    "Waits of calls by key and reason: budget (our own pace), cooldown (told to slow down), retry (after a failure).",
  incremental: true,
})
const waited = Metric.counter("rollcall_call_wait_seconds_total", {
  description: "Seconds that calls were going to wait when the waits began, by key and reason.",
  incremental: true,
})

/** Counts a wait as it begins. */
export const measureWait = ({ key, reason, millis }: CallWait): Effect.Effect<void> =>
  Effect.andThen(
    Metric.update(Metric.withAttributes(waits, { key, reason }), 1),
    Metric.update(Metric.withAttributes(waited, { key, reason }), millis / 1000),
  )

/** Counts a call as it ends. */
export const measureCall = ({ system, method, result }: CallOutcome): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(calls, { system, method, result }), 1)
