// The worker: settings, then connector, probes and telemetry, then one of its two modes until it is stopped: for ConductorOne
// where it has credentials, else by itself.
import type { ResolvedConfig } from "@rollcall/config"
import {
  appFields,
  ConfigError,
  configWarnings,
  failOnProblems,
  findOtherRequests,
  foreignHosts,
  misspelledKeys,
  readSources,
  resolveConfig,
} from "@rollcall/config"
import type { Failure, StoreError } from "@rollcall/connector"
import type { ModuleList, OpenConnector } from "@rollcall/host"
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
import type { ArchiveOptions } from "@rollcall/host/archive"
import { readAuthorities, trustAuthorities } from "@rollcall/host/authorities"
import { Clock, Effect, Layer, Schedule } from "effect"
import type { workerFields } from "./settings/workerFields.ts"

import manifest from "../package.json" with { type: "json" }
import { exitCodeOf } from "./runProcess.ts"
import { Readiness, untilStopped } from "./health/Readiness.ts"
import { askTokenOwner, logTokenOwner } from "./health/tokenOwner.ts"
import { loggingLayer } from "@rollcall/host/logging"
import { callMetrics, ConnectorMetrics, withTokenMetrics } from "./metrics/ConnectorMetrics.ts"
import { ProcessMetrics } from "./metrics/processMetrics.ts"
import { readCommandLine } from "./settings/commandLine.ts"
import type { WorkerConfig } from "./settings/workerFields.ts"
import { allFields, ineffectiveSettings } from "./settings/workerFields.ts"
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
  const mode = yield* chooseMode(config, { retention: archiveRetention(settings), meanings: modules.all })
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
      yield* healthServer(settings, owner)
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

/** One of the two, which runs until it is interrupted. */
type Mode = (open: OpenConnector) => Effect.Effect<never, Failure, Readiness | ConnectorMetrics>

/** The mode that the settings choose; fails where they give nothing to do, or an output that no sync could replace. */
const chooseMode = Effect.fnUntraced(function* (
  config: Pick<ResolvedConfig<typeof workerFields>, "settings" | "origins">,
  archived: Pick<ArchiveOptions, "retention" | "meanings">,
): Effect.fn.Return<Mode, ConfigError | StoreError> {
  const { settings } = config
  const { every, "client-id": clientId, "client-secret": clientSecret } = settings
  if (clientId !== undefined && clientSecret !== undefined) {
    const { runService } = yield* Effect.promise(() => import("./service/runService.ts"))
    return (open) => runService(open, config, { clientId, clientSecret }, archived)
  }
  if (every === undefined) return yield* noMode
  const { parseTimetable } = yield* Effect.promise(() => import("@rollcall/host/schedule"))
  const { runStandalone } = yield* Effect.promise(() => import("./standalone/runStandalone.ts"))
  const timetable = yield* parseTimetable(every)
  // Reported now: the first sync of a cron schedule may be hours away.
  const { checkReplaceable } = yield* Effect.promise(() => import("@rollcall/host/sync"))
  yield* checkReplaceable(settings.file)
  return (open) =>
    Effect.scoped(
      Effect.flatMap(endsLeases(open, config), (compare) =>
        runStandalone(open, settings, timetable, archived, compare),
      ),
    )
})

/**
 * By itself the worker ends the leases of a store that is named, and compares them with each sync; for ConductorOne, those of its work
 * folder too.
 */
const endsLeases = Effect.fnUntraced(function* (
  { connector }: OpenConnector,
  { settings, origins }: Pick<ResolvedConfig<typeof workerFields>, "settings" | "origins">,
) {
  if (settings.leases === undefined) return () => Effect.void
  const { auditFileBeside, auditLogFile } = yield* Effect.promise(() => import("@rollcall/audit-file"))
  const { brakesOf, changeServices } = yield* Effect.promise(() => import("@rollcall/host/changes"))
  const { compareLeases, endLeasesOnTime } = yield* Effect.promise(() => import("./leases.ts"))
  const rules = { brakes: brakesOf({ settings, origins }, "variable"), store: settings.leases }
  const log = auditLogFile(settings["audit-file"] ?? auditFileBeside(settings.file))
  const services = yield* Layer.build(changeServices(rules, log))
  yield* Effect.forkScoped(Effect.provideContext(endLeasesOnTime(connector), services))
  return yield* Effect.provideContext(compareLeases({ tempDirectory: settings["c1z-temp-dir"] }), services)
})

const noMode = new ConfigError({
  reason: "Missing",
  message: "The worker has no mode: neither BATON_CLIENT_ID nor BATON_EVERY is set.",
  hint: "Set BATON_CLIENT_ID and BATON_CLIENT_SECRET to work for ConductorOne, or BATON_EVERY (6h, or a cron expression) to sync to a file; `rollcall sync` syncs once.",
})
