// The worker: settings, then connector, probes and telemetry, then one of its two modes until it is stopped.
import {
  appFields,
  configWarnings,
  failOnProblems,
  findOtherRequests,
  foreignHosts,
  misspelledKeys,
  readSources,
  resolveConfig,
} from "@rollcall/config"
import type { ModuleList } from "@rollcall/host"
import {
  archiveRetention,
  checkTypes,
  connectorFields,
  findModules,
  openModule,
  openOptionsOf,
  passedDates,
  proxyProblems,
  selectModule,
  settingRules,
  sourcesOfConnector,
} from "@rollcall/host"
import { readAuthorities, trustAuthorities } from "@rollcall/host/authorities"
import { Clock, Effect, Layer, Schedule } from "effect"
import manifest from "../package.json" with { type: "json" }
import { chooseMode } from "./chooseMode.ts"
import { exitCodeOf } from "./runProcess.ts"
import { Readiness, untilStopped } from "./health/Readiness.ts"
import { askTokenOwner, logTokenOwner } from "./health/tokenOwner.ts"
import { loggingLayer } from "@rollcall/host/logging"
import { callMetrics, withTokenMetrics } from "./metrics/callMetrics.ts"
import { ConnectorMetrics } from "./metrics/ConnectorMetrics.ts"
import { ProcessMetrics } from "./metrics/processMetrics.ts"
import { readCommandLine } from "./settings/commandLine.ts"
import type { WorkerConfig } from "./settings/workerFields.ts"
import { allFields } from "./settings/workerFields.ts"
import { ineffectiveSettings } from "./settings/ineffectiveSettings.ts"
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
  yield* failOnProblems(foreignHosts(fields, config, sources.file))
  const logging = loggingLayer({
    level: config.settings["log-level"],
    format: config.settings["log-format"],
    isTerminal: process.stderr.isTTY,
  })
  const warnings = [...others.warnings, ...configWarnings(known, sources, others.names)]
  return yield* exitCodeOf(run(modules, config, warnings)).pipe(Effect.provide(logging))
})

// Without a span, as are the modes: one that never ends would be the parent of all others, and all one trace.
const run = Effect.fnUntraced(function* (modules: ModuleList, config: WorkerConfig, unused: ReadonlyArray<string>) {
  const { settings } = config
  const passed = passedDates(config, yield* Clock.currentTimeMillis)
  for (const warning of [...unused, ...ineffectiveSettings(config), ...passed]) {
    yield* Effect.logWarning(warning)
  }
  const extraAuthorities = settings["extra-ca-file"]
  if (extraAuthorities !== undefined) yield* trustAuthorities(yield* readAuthorities(extraAuthorities))
  const module = yield* selectModule(modules, settings)
  const mode = yield* chooseMode(settings, { retention: archiveRetention(settings), meanings: modules.all })
  yield* Effect.logInfo(`Rollcall's worker ${manifest.version} starts for ${module.displayName}.`)
  const { inspect } = yield* Effect.promise(module.load)
  return yield* Effect.gen(function* () {
    // Every task asks whose the token is.
    const opened = yield* openModule(module, settings, { ...openOptionsOf(settings), rememberIdentity: "15 minutes" })
    yield* checkTypes(opened.connector, config)
    const open = { ...opened, connector: yield* withTokenMetrics(opened.connector) }
    const owner = yield* askTokenOwner(open.connector)
    if (settings["health-check"]) {
      const { healthServer } = yield* Effect.promise(() => import("./health/healthServer.ts"))
      yield* Layer.build(healthServer(settings, owner))
    }
    yield* Effect.forkScoped(logTokenOwner(owner, yield* inspect(settings), config.origins))
    // Between two syncs nothing else would find out that the token was revoked.
    yield* Effect.forkScoped(Effect.repeat(owner, Schedule.spaced("1 hour")))
    return yield* untilStopped(mode(open))
  }).pipe(
    Effect.scoped,
    Effect.provide(
      callMetrics.pipe(
        Layer.provideMerge(ConnectorMetrics.layer(module.id)),
        Layer.provideMerge(telemetry(manifest.version)),
        Layer.provideMerge(ProcessMetrics.layer(manifest.version)),
      ),
    ),
    Effect.provide(Readiness.layer),
  )
})
