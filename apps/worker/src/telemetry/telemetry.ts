// Traces, metrics and logs over OTLP, where the standard variables name a collector:
// https://opentelemetry.io/docs/specs/otel/protocol/exporter
import { ConfigError } from "@rollcall/config"
import { Cause, Effect, Layer } from "effect"

const isAsked = (): boolean =>
  Object.keys(process.env).some((name) => /^OTEL_EXPORTER_OTLP_(?:\w+_)?ENDPOINT$/.test(name))

/** The exporters that the `OTEL_*` variables ask for; none, and nothing loaded, without an endpoint. */
export const telemetry = (version: string): Layer.Layer<never, ConfigError> =>
  isAsked()
    ? Layer.unwrap(Effect.promise(() => import("./otlpLayer.ts").then((it) => it.otlpLayer(version)))).pipe(
        Layer.catchCause((cause) => Layer.effectDiscard(Effect.fail(unusable(cause)))),
      )
    : Layer.empty

/** Names the variable without its value, which may be a credential. */
const unusable = (cause: Cause.Cause<unknown>) =>
  new ConfigError({
    reason: "Invalid",
    message: `${/OTEL_\w+/.exec(Cause.pretty(cause))?.[0] ?? "A variable of OpenTelemetry"} has a value that cannot be used.`,
    hint: "Correct it; https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables lists what each may be.",
    cause,
  })
