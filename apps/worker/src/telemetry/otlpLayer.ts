// Effect's own exporter of OTLP, with what a collector should know of this process.
import { makeFetch } from "@rollcall/api-client"
import { ConfigProvider, Duration, Effect, Layer, Schedule } from "effect"
import { FetchHttpClient } from "effect/http"
import { Otlp, OtlpSerialization } from "effect/observability"
import { hideIn } from "@rollcall/host/logging"
import { ProcessMetrics } from "../metrics/processMetrics.ts"
import { watchCollector } from "./watchCollector.ts"

/**
 * What the variables mean where they are not set. The specification's default exporter is `otlp`, Effect's is none:
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#exporter-selection
 */
const defaults = {
  OTEL_SERVICE_NAME: "rollcall-worker",
  OTEL_TRACES_EXPORTER: "otlp",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_LOGS_EXPORTER: "otlp",
}

/** https://opentelemetry.io/docs/specs/otel/protocol/exporter/#configuration-options */
const standardTimeoutMillis = 10_000

/** Exporters as the `OTEL_*` variables describe them. */
export const otlpLayer = (
  version: string,
  given: Readonly<Record<string, string>>,
): Layer.Layer<never, never, ProcessMetrics> => {
  const variables = ConfigProvider.fromEnv({ env: { ...defaults, ...given } })
  const timeout = Duration.millis(Number(given["OTEL_EXPORTER_OTLP_TIMEOUT"] ?? standardTimeoutMillis))
  const exporters = Otlp.layerFromConfig({ resource: { serviceVersion: version } }).pipe(
    Layer.provide(privateProtobuf),
    Layer.provide(watchCollector(timeout)),
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(Layer.succeed(FetchHttpClient.Fetch, lastingFetch())),
    Layer.provide(ConfigProvider.layer(variables)),
  )
  return Layer.provideMerge(sampledProcess, exporters)
}

/** A worker lives for months, and Node's own `fetch` may not get through to a collector again that has been away. */
const lastingFetch = (): typeof globalThis.fetch => {
  const send = makeFetch()
  return (target, init = {}) => send(target instanceof Request ? target.url : String(target), init)
}

/**
 * Protobuf without what is private, wherever it stands: in a line, in its annotations, or in what a span says of its failure.
 * The console's logger hides it in its own lines.
 */
const privateProtobuf = Layer.effect(
  OtlpSerialization.OtlpSerialization,
  Effect.map(Effect.service(OtlpSerialization.OtlpSerialization), ({ traces, metrics, logs }) => ({
    traces: (data) => traces(hideIn(data)),
    metrics: (data) => metrics(hideIn(data)),
    logs: (data) => logs(hideIn(data)),
  })),
).pipe(Layer.provide(OtlpSerialization.layerProtobuf))

const sampledProcess = Layer.effectDiscard(
  Effect.flatMap(ProcessMetrics, ({ sample }) =>
    Effect.forkScoped(Effect.repeat(sample, Schedule.spaced("10 seconds"))),
  ),
)
