// Effect's own exporter of OTLP, with what a collector should know of this process.
import { makeFetch } from "@rollcall/http-exchange"
import { ConfigProvider, Effect, Layer, Logger, Schedule } from "effect"
import { FetchHttpClient } from "effect/http"
import { Otlp, OtlpSerialization } from "effect/observability"
import { hidePrivate } from "./logging/hidePrivate.ts"
import { sampleProcess } from "./metrics/processMetrics.ts"

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

/** Exporters as the `OTEL_*` variables describe them. */
export const otlpLayer = (version: string): Layer.Layer<never> => {
  const variables = ConfigProvider.fromEnv({ env: { ...defaults, ...process.env } })
  const exporters = Otlp.layerFromConfig({ resource: { serviceVersion: version } }).pipe(
    Layer.provide(OtlpSerialization.layerProtobuf),
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(Layer.succeed(FetchHttpClient.Fetch, lastingFetch())),
    Layer.provide(ConfigProvider.layer(variables)),
  )
  return Layer.mergeAll(privateLoggers, sampledProcess).pipe(Layer.provideMerge(exporters))
}

/** A worker lives for months, and Node's own `fetch` may not get through to a collector again that has been away. */
const lastingFetch = (): typeof globalThis.fetch => {
  const send = makeFetch()
  return (target, init = {}) => send(target instanceof Request ? target.url : String(target), init)
}

/** The console's logger hides what is private in its lines; the exporter's gets its messages hidden here. */
const privateLoggers: Layer.Layer<never> = Layer.effect(
  Logger.CurrentLoggers,
  Effect.map(Effect.service(Logger.CurrentLoggers), (loggers) => new Set([...loggers].map(withPrivacy))),
)

const withPrivacy = (logger: Logger.Logger<unknown, unknown>) =>
  Logger.make((options) => logger.log({ ...options, message: hidden(options.message) }))

const hidden = (message: unknown): unknown => {
  if (typeof message === "string") return hidePrivate(message)
  return Array.isArray(message) ? message.map(hidden) : message
}

const sampledProcess = Layer.effectDiscard(
  Effect.forkScoped(Effect.repeat(sampleProcess, Schedule.spaced("10 seconds"))),
)
