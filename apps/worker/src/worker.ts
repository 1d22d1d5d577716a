// The worker: settings, then connector, probes and telemetry, then one of its two modes until it is stopped: for ConductorOne
// where it has credentials, else by itself.
import type { ConfigSources } from "@rollcall/config"
import {
  appFields,
  configWarnings,
  failOnProblems,
  findOtherRequests,
  foreignHosts,
  misplacedSettings,
  misspelledKeys,
  readConnections,
  readSources,
  resolveConfig,
} from "@rollcall/config"
import type { ModuleList } from "@rollcall/host"
import {
  archiveRetention,
  connectorFields,
  findModules,
  passedDates,
  proxyProblems,
  selectModule,
  settingRules,
  sourcesOfConnector,
} from "@rollcall/host"
import { readAuthorities, trustAuthorities } from "@rollcall/host/authorities"
import { loggingLayer } from "@rollcall/host/logging"
import { Clock, Effect, Layer } from "effect"

import manifest from "../package.json" with { type: "json" }
import { chooseMode, openConnection } from "./connection.ts"
import { Readiness, untilStopped } from "./health/Readiness.ts"
import { connectionMetrics } from "./metrics/ConnectorMetrics.ts"
import { ProcessMetrics } from "./metrics/processMetrics.ts"
import { exitCodeOf } from "./runProcess.ts"
import { readCommandLine } from "./settings/commandLine.ts"
import type { WorkerConfig } from "@rollcall/host/worker-fields"
import { allFields, ineffectiveSettings, unsharedDatabase } from "@rollcall/host/worker-fields"
import { telemetry } from "./telemetry/telemetry.ts"

/** The worker with these arguments; succeeds with the exit code. */
export const worker = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  const modules = yield* findModules(yield* sourcesOfConnector(args))
  const fields = allFields(modules)
  const flags = yield* readCommandLine(args, fields, modules)
  if (flags === undefined) return 0
  const sources = yield* readSources(flags)
  const others = findOtherRequests(sources, { forWorker: true })
  yield* failOnProblems(others.problems)
  const known = [...appFields, ...connectorFields(modules)]
  const misspelled = misspelledKeys(known, sources.file)
  // All at once, so that every wrong value is named.
  const config = yield* resolveConfig(fields, sources, settingRules, [
    ...misspelled.map(({ problem }) => problem),
    ...proxyProblems(),
  ])
  yield* failOnProblems([
    ...foreignHosts(fields, config, sources.file),
    ...misplacedSettings(fields, config, sources.file),
    ...unsharedDatabase(config),
  ])
  const logging = loggingLayer({
    level: config.settings["log-level"],
    format: config.settings["log-format"],
    isTerminal: process.stderr.isTTY,
  })
  const warnings = [...others.warnings, ...configWarnings(known, sources, others.names)]
  return yield* exitCodeOf(run(modules, config, sources, warnings)).pipe(Effect.provide(logging))
})

// Without a span, as are the modes: one that never ends would be the parent of all others, and all one trace.
const run = Effect.fnUntraced(function* (
  modules: ModuleList,
  config: WorkerConfig,
  sources: ConfigSources,
  unused: ReadonlyArray<string>,
) {
  const { settings } = config
  const passed = passedDates(config, yield* Clock.currentTimeMillis)
  for (const warning of [...unused, ...ineffectiveSettings(config), ...passed]) {
    yield* Effect.logWarning(warning)
  }
  const extraAuthorities = settings["extra-ca-file"]
  if (extraAuthorities !== undefined) yield* trustAuthorities(yield* readAuthorities(extraAuthorities))
  const work =
    settings.connections === undefined
      ? yield* oneConnection(modules, config)
      : yield* severalConnections(settings.connections, modules, config, sources)
  return yield* work.pipe(
    Effect.scoped,
    Effect.provide(Layer.provideMerge(telemetry(manifest.version), ProcessMetrics.layer(manifest.version))),
    Effect.provide(Readiness.layer),
  )
})

/** What the worker does with settings that are those of one connector. Fails before it where they choose none, or no mode. */
const oneConnection = Effect.fnUntraced(function* (modules: ModuleList, config: WorkerConfig) {
  const { settings } = config
  const module = yield* selectModule(modules, settings)
  const mode = yield* chooseMode(config, { retention: archiveRetention(settings), meanings: modules.all })
  yield* Effect.logInfo(`Rollcall's worker ${manifest.version} starts for ${module.displayName}.`)
  return Effect.gen(function* () {
    const { open, owner } = yield* openConnection(module, config)
    if (settings["health-check"]) {
      const { healthServer } = yield* Effect.promise(() => import("./health/healthServer.ts"))
      yield* healthServer(settings, { owner })
    }
    return yield* untilStopped(mode.work(open))
  }).pipe(Effect.provide(connectionMetrics(module.id)))
})

/** What the worker does with the connections of a file or a folder. Fails before it where none can be read. */
const severalConnections = Effect.fnUntraced(function* (
  path: string,
  modules: ModuleList,
  config: WorkerConfig,
  sources: ConfigSources,
) {
  const { ConnectionStates, serveConnections } = yield* Effect.promise(
    () => import("./connections/serveConnections.ts"),
  )
  if (config.settings["console-port"] !== undefined) {
    // Before any connection begins.
    const { checkConsole } = yield* Effect.promise(() => import("./console/consoleSignIn.ts"))
    yield* checkConsole(config.settings)
  }
  const found = yield* readConnections(path)
  yield* Effect.logInfo(`Rollcall's worker ${manifest.version} starts for the connections of ${path}.`)
  const serve = untilStopped(serveConnections(found, path, config, sources))
  const { settings } = config
  const console =
    settings["console-port"] === undefined
      ? Layer.empty
      : (yield* Effect.promise(() => import("./console/openConsole.ts"))).withConsole(settings, modules)
  const states = Layer.merge(ConnectionStates.layer, console)
  const database = settings["database-url"]
  if (database === undefined) return Effect.provide(serve, states)
  const { shareConnections } = yield* Effect.promise(() => import("./cluster/shareConnections.ts"))
  const shared = shareConnections(settings, yield* database)
  return Effect.provide(serve, [states, shared])
})
