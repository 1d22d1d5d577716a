// What is counted of calls and of their waits, as the clients report them, and the health of the token that they go out with.
import { CallOutcomes } from "@rollcall/api-client"
import type { Connector } from "@rollcall/connector"
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

const valid = Metric.gauge("rollcall_token_valid", {
  description: "1 if the system accepted the token when it was last asked, 0 if it refused it; absent before that.",
})

/** The connector, with what it is told of its token counted. A system that cannot be reached says nothing of a token. */
export const withTokenMetrics = Effect.fnUntraced(function* (
  connector: Connector,
): Effect.fn.Return<Connector, never, ConnectorMetrics> {
  const { update, workspaceIs } = yield* ConnectorMetrics
  const identify = connector.identify.pipe(
    Effect.tap(({ id }) => Effect.andThen(workspaceIs(id), update(valid, 1))),
    Effect.tapError((error) => (error.kind === "refused" ? update(valid, 0) : Effect.void)),
  )
  return { ...connector, identify }
})
