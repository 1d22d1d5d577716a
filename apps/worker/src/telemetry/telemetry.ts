// Traces, metrics and logs over OTLP, where the standard variables name a collector:
// https://opentelemetry.io/docs/specs/otel/protocol/exporter
import { Effect, Layer } from "effect"
import type { ProcessMetrics } from "../metrics/processMetrics.ts"
import { readOtelVariables } from "./otelVariables.ts"

/**
 * The exporters that the `OTEL_*` variables ask for; none, and nothing loaded, without an endpoint. Whatever is wrong with
 * them is a warning.
 */
export const telemetry = (version: string): Layer.Layer<never, never, ProcessMetrics> => {
  const { variables, warnings } = readOtelVariables(process.env)
  const told = Layer.effectDiscard(Effect.forEach(warnings, (warning) => Effect.logWarning(warning), { discard: true }))
  if (!Object.keys(variables).some((name) => name.endsWith("_ENDPOINT"))) return told
  const exporters = Layer.unwrap(
    Effect.promise(() => import("./otlpLayer.ts").then((it) => it.otlpLayer(version, variables))),
  ).pipe(
    Layer.catchCause((cause) =>
      Layer.effectDiscard(Effect.logWarning("Telemetry is off because it failed to start.", cause)),
    ),
  )
  return Layer.provideMerge(exporters, told)
}
