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
import {
  allConnectorFields,
  checkTypes,
  openOptionsOf,
  passedDates,
  proxyProblems,
  selectConnector,
} from "@rollcall/host"
import { CallWaits } from "@rollcall/resilience"
import { Clock, Console, Effect, Layer } from "effect"
import manifest from "../package.json" with { type: "json" }
import { chooseMode } from "./chooseMode.ts"
import { exitCodeOf } from "./exitCodeOf.ts"
import { Readiness } from "./health/Readiness.ts"
import { askTokenOwner, logTokenOwner } from "./health/tokenOwner.ts"
import { loggingLayer } from "@rollcall/host/logging"
import { callCountingTracer, measureWait } from "./metrics/callMetrics.ts"
import { readCommandLine } from "./settings/commandLine.ts"
import { helpText } from "./settings/helpText.ts"
import { rules } from "./settings/rules.ts"
import { withoutEffect } from "./settings/withoutEffect.ts"
import type { WorkerConfig } from "./settings/workerFields.ts"
import { allFields } from "./settings/workerFields.ts"
import { telemetry } from "./telemetry/telemetry.ts"
import { trustAlso } from "./trustAlso.ts"
import { untilStopped } from "./untilStopped.ts"

/** The worker with these arguments; succeeds with the exit code. */
export const worker = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  const { flags, asked } = yield* readCommandLine(args, allFields)
  if (asked !== undefined) {
    yield* Console.log(asked === "help" ? helpText(allFields) : manifest.version)
    return 0
  }
  const sources = yield* readSources(flags)
  const others = findOtherRequests(sources, { forWorker: true })
  yield* failOnProblems(others.problems)
  const misspelled = misspelledKeys(knownFields, sources.file)
  // All at once, so that every wrong value is named.
  const config = yield* resolveConfig(allFields, sources, rules, [
    ...misspelled.map(({ problem }) => problem),
    ...proxyProblems(),
  ])
  yield* failOnProblems(foreignHosts(allFields, config, sources.file))
  const logging = loggingLayer({
    level: config.settings["log-level"],
    format: config.settings["log-format"],
    isTerminal: process.stderr.isTTY,
  })
  const warnings = [...others.warnings, ...configWarnings(knownFields, sources, others.names)]
  return yield* exitCodeOf(run(config, warnings)).pipe(Effect.provide(logging))
})

const knownFields = [...appFields, ...allConnectorFields]

// Without a span, as are the modes: one that never ends would be the parent of all others, and all one trace.
const run = Effect.fnUntraced(function* (config: WorkerConfig, unused: ReadonlyArray<string>) {
  const { settings } = config
  const passed = passedDates(config, yield* Clock.currentTimeMillis)
  for (const warning of [...unused, ...withoutEffect(config), ...passed]) {
    yield* Effect.logWarning(warning)
  }
  const extraAuthorities = settings["extra-ca-file"]
  if (extraAuthorities !== undefined) yield* trustAlso(extraAuthorities)
  const entry = yield* selectConnector(settings)
  const mode = yield* chooseMode(settings)
  yield* Effect.logInfo(`Rollcall's worker ${manifest.version} starts for ${entry.displayName}.`)
  const loaded = yield* Effect.promise(entry.load)
  return yield* Effect.gen(function* () {
    // Every task asks whose the token is.
    const open = yield* loaded.open(settings, { ...openOptionsOf(settings), rememberIdentity: "15 minutes" })
    yield* checkTypes(open.connector, config)
    const owner = yield* askTokenOwner(open.connector)
    if (settings["health-check"]) {
      const { healthServer } = yield* Effect.promise(() => import("./health/healthServer.ts"))
      yield* Layer.build(healthServer(settings, owner))
    }
    yield* Effect.forkScoped(logTokenOwner(owner, yield* loaded.inspect(settings), config.origins))
    return yield* untilStopped(mode(open))
  }).pipe(
    Effect.scoped,
    Effect.provideService(CallWaits, measureWait),
    Effect.provide(callCountingTracer.pipe(Layer.provideMerge(telemetry(manifest.version)))),
    Effect.provide(Readiness.layer),
  )
})
