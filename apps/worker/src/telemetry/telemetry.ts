// Traces, metrics and logs over OTLP, where the standard variables name a collector:
// https://opentelemetry.io/docs/specs/otel/protocol/exporter. The variables are read so that none of them can end the worker:
// an empty one is unset, and one that cannot be used, or has no effect here, is left out with a warning.
import { Effect, Layer } from "effect"
import type { ProcessMetrics } from "../metrics/processMetrics.ts"

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

/** What the variables say: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables. */
interface OtelVariables {
  /** Those that can be used, as the exporters take them. */
  readonly variables: Readonly<Record<string, string>>
  /** A sentence for each that cannot be parsed or has no effect, without its value, which may be a credential. */
  readonly warnings: ReadonlyArray<string>
}

/** What a value may be, and how it is handed on; `undefined` where it cannot be used. */
interface Kind {
  readonly mustBe: string
  readonly read: (text: string) => string | undefined
  /** What is used instead of a value that cannot be; the default without it. */
  readonly instead?: (text: string) => string
}

const when = (isGood: boolean, text: string): string | undefined => (isGood ? text : undefined)

const longestMillis = 2 ** 31 - 1

const text: Kind = { mustBe: "a text", read: (it) => it }
const boolean: Kind = {
  mustBe: "true or false",
  read: (it) => when(/^(?:true|false)$/iu.test(it), it.toLowerCase()),
}
const count: Kind = {
  mustBe: "a whole number above 0",
  read: (it) => when(/^\d{1,10}$/u.test(it) && Number(it) >= 1 && Number(it) <= longestMillis, it),
}
const url: Kind = {
  mustBe: "a URL with http:// or https://",
  read: (it) => when(/^https?:$/u.test(URL.parse(it)?.protocol ?? ""), it),
}
const pairs: Kind = {
  mustBe: "pairs like name=value, separated by commas, with escapes such as %20",
  read: (it) => {
    try {
      decodeURIComponent(it)
    } catch {
      return undefined
    }
    return when(
      it.split(",").every((pair) => pair.trim() === "" || /^[^=]+=/u.test(pair)),
      it,
    )
  },
}
const oneOf = (...words: ReadonlyArray<string>): Kind => ({
  mustBe: words.join(" or "),
  read: (it) => when(words.includes(it.toLowerCase()), it.toLowerCase()),
})

// Who names another exporter does not ask for this one.
const exporters: Kind = {
  ...oneOf("otlp", "none"),
  instead: (it) => (/(?:^|,)\s*otlp\s*(?:,|$)/iu.test(it) ? "otlp" : "none"),
}

/** Every variable with an effect. */
const kinds: ReadonlyArray<readonly [RegExp, Kind]> = [
  [/^OTEL_SDK_DISABLED$/u, boolean],
  [/^OTEL_SERVICE_NAME$/u, text],
  [/^OTEL_RESOURCE_ATTRIBUTES$/u, pairs],
  [/^OTEL_(?:TRACES|METRICS|LOGS)_EXPORTER$/u, exporters],
  [/^OTEL_EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?ENDPOINT$/u, url],
  [/^OTEL_EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?HEADERS$/u, pairs],
  [/^OTEL_EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?COMPRESSION$/u, oneOf("gzip", "none")],
  [/^OTEL_EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?TIMEOUT$/u, count],
  [/^OTEL_EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?PROTOCOL$/u, oneOf("http/protobuf")],
  [/^OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE$/u, oneOf("cumulative", "delta")],
  [/^OTEL_(?:BSP|BLRP)_(?:EXPORT_TIMEOUT|SCHEDULE_DELAY|MAX_EXPORT_BATCH_SIZE)$/u, count],
  [/^OTEL_METRIC_EXPORT_(?:TIMEOUT|INTERVAL)$/u, count],
]

/** What an operator of Kubernetes sets to build `OTEL_RESOURCE_ATTRIBUTES` from. */
const buildingBlocks = /^OTEL_RESOURCE_ATTRIBUTES_/u

/** Reads them. */
export const readOtelVariables = (environment: Readonly<Record<string, string | undefined>>): OtelVariables => {
  const variables: Record<string, string> = {}
  const unusable: Array<string> = []
  const without: Array<string> = []
  for (const [name, given = ""] of Object.entries(environment)) {
    const value = given.trim()
    if (!name.startsWith("OTEL_") || value === "" || buildingBlocks.test(name)) continue
    const kind = kinds.find(([pattern]) => pattern.test(name))?.[1]
    if (kind === undefined) {
      without.push(name)
      continue
    }
    const read = kind.read(value)
    if (read === undefined) unusable.push(`${name} cannot be used: it must be ${kind.mustBe}.`)
    const used = read ?? kind.instead?.(value)
    if (used !== undefined) variables[name] = used
  }
  return {
    variables,
    warnings: [
      ...unusable,
      ...(without.length === 0
        ? []
        : [
            `${without.length === 1 ? "This variable" : "These variables"} of OpenTelemetry ` +
              `${without.length === 1 ? "has" : "have"} no effect here: ${without.join(", ")}.`,
          ]),
    ],
  }
}
