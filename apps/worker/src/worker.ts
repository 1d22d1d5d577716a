// The worker: settings, then connector, probes and telemetry, then one of its two modes until it is stopped.
import { appFields, configWarnings, foreignHosts, readSources, resolveConfig } from "@rollcall/config"
import { allConnectorFields, selectConnector } from "@rollcall/connector-registry"
import { CallWaits } from "@rollcall/resilience"
import type { ConfigSources, Settings } from "@rollcall/config"
import { Console, Effect, Layer } from "effect"
import manifest from "../package.json" with { type: "json" }
import { exitCodeOf } from "./exitCodeOf.ts"
import { Readiness } from "./health/Readiness.ts"
import { loggingLayer } from "./logging/loggingLayer.ts"
import { callCountingTracer, measureWait } from "./metrics/callMetrics.ts"
import { runMode } from "./runMode.ts"
import { readCommandLine } from "./settings/commandLine.ts"
import { helpText } from "./settings/helpText.ts"
import { allFields, workerFields } from "./settings/workerFields.ts"
import { telemetry } from "./telemetry.ts"
import { trustAlso } from "./trustAlso.ts"

/** The worker with these arguments; succeeds with the exit code. */
export const worker = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  const { flags, asked } = yield* readCommandLine(args, allFields)
  if (asked !== undefined) {
    yield* Console.log(asked === "help" ? helpText(allFields) : manifest.version)
    return 0
  }
  const sources = yield* readSources(flags)
  // All at once, so that every wrong value is named.
  yield* resolveConfig(allFields, sources)
  const { settings } = yield* resolveConfig(workerFields, sources)
  const logging = loggingLayer({
    level: settings["log-level"],
    format: settings["log-format"],
    isTerminal: process.stderr.isTTY,
  })
  return yield* exitCodeOf(run(sources, settings)).pipe(Effect.provide(logging))
})

// Without a span, as are the modes: one that never ends would be the parent of all others, and all one trace.
const run = Effect.fnUntraced(function* (sources: ConfigSources, settings: Settings<typeof workerFields>) {
  for (const warning of configWarnings([...appFields, ...allConnectorFields], sources))
    yield* Effect.logWarning(warning)
  const extraAuthorities = settings["extra-ca-file"]
  if (extraAuthorities !== undefined) yield* trustAlso(extraAuthorities)
  const connectorConfig = yield* resolveConfig(allConnectorFields, sources)
  const { settings: connectorSettings } = connectorConfig
  for (const sentence of foreignHosts(allConnectorFields, connectorConfig, sources.file))
    yield* Effect.logWarning(sentence)
  const entry = yield* selectConnector(connectorSettings)
  yield* Effect.logInfo(`Rollcall's worker ${manifest.version} starts for ${entry.displayName}.`)
  const loaded = yield* Effect.promise(entry.load)
  return yield* Effect.gen(function* () {
    const seconds = settings["http-timeout-seconds"]
    const open = yield* loaded.open(connectorSettings, seconds === undefined ? {} : { timeout: `${seconds} seconds` })
    if (settings["health-check"]) {
      const { healthServer } = yield* Effect.promise(() => import("./health/healthServer.ts"))
      yield* Layer.build(healthServer(settings, open.connector))
    }
    return yield* runMode(open, settings)
  }).pipe(
    Effect.scoped,
    Effect.provideService(CallWaits, measureWait),
    Effect.provide(callCountingTracer.pipe(Layer.provideMerge(telemetry(manifest.version)))),
    Effect.provide(Readiness.layer),
  )
})
