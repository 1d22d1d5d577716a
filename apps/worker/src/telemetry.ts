// Traces, metrics and logs over OTLP, where the standard variables name a collector:
// https://opentelemetry.io/docs/specs/otel/protocol/exporter
import { Effect, Layer } from "effect"

const isAsked = (): boolean =>
  Object.keys(process.env).some((name) => /^OTEL_EXPORTER_OTLP_(?:\w+_)?ENDPOINT$/.test(name))

/** The exporters that the `OTEL_*` variables ask for; none, and nothing loaded, without an endpoint. */
export const telemetry = (version: string): Layer.Layer<never> =>
  isAsked()
    ? Layer.unwrap(Effect.promise(() => import("./otlpLayer.ts").then((it) => it.otlpLayer(version))))
    : Layer.empty
