// One connection: a connector with its settings, opened, asked whose its token is, and working in one of two modes until it is
// stopped: for ConductorOne where there are credentials, else by itself.
import type { ResolvedConfig } from "@rollcall/config"
import { ConfigError } from "@rollcall/config"
import type { Failure, StoreError, Tenant } from "@rollcall/connector"
import type { ConnectorModule } from "@rollcall/connector-module"
import type { OpenConnector } from "@rollcall/host"
import { checkTypes, openModule, openOptionsOf, SharedStores } from "@rollcall/host"
import type { ArchiveOptions } from "@rollcall/host/archive"
import { Context, Effect, Layer, Schedule } from "effect"
import { followUps } from "./afterSync.ts"
import type { Readiness } from "./health/Readiness.ts"
import type { TokenOwner } from "./health/tokenOwner.ts"
import { askTokenOwner, logTokenOwner } from "./health/tokenOwner.ts"
import type { ConnectorMetrics } from "./metrics/ConnectorMetrics.ts"
import { withTokenMetrics } from "./metrics/ConnectorMetrics.ts"
import type { WorkerConfig, workerFields } from "@rollcall/host/worker-fields"

/** Is told whose data a credential opens, each time that the system says it. */
export const TenantWatch = Context.Reference<(tenant: Tenant) => Effect.Effect<void>>("@rollcall/worker/TenantWatch", {
  defaultValue: () => () => Effect.void,
})

/** How many times faster than published the system's limits run. Tests make it more, with a simulator that runs as fast. */
export const CallSpeed = Context.Reference("@rollcall/worker/CallSpeed", { defaultValue: () => 1 })

/** A connector that is open, and whose its token is. */
export interface OwnedConnector {
  readonly open: OpenConnector
  readonly owner: TokenOwner
}

/** Opens the connector, and says in the log whose its token is; asks again each hour, for as long as the scope lives. */
export const openConnection = Effect.fnUntraced(function* (module: ConnectorModule, config: WorkerConfig) {
  const { settings } = config
  const { inspect } = yield* Effect.promise(module.load)
  // Every task asks whose the token is.
  const rememberIdentity = "15 minutes"
  const speed = yield* CallSpeed
  const opened = yield* openModule(module, settings, { ...openOptionsOf(settings), rememberIdentity, speed })
  yield* checkTypes(opened.connector, config)
  const watched = yield* withTokenMetrics(opened.connector)
  const open = { ...opened, connector: { ...watched, identify: Effect.tap(watched.identify, yield* TenantWatch) } }
  const owner = yield* askTokenOwner(open.connector)
  yield* Effect.forkScoped(logTokenOwner(owner, yield* inspect(settings), config.origins))
  // Between two syncs nothing else would find out that the token was revoked.
  yield* Effect.forkScoped(Effect.repeat(owner, Schedule.spaced("1 hour")))
  const found: OwnedConnector = { open, owner }
  return found
})

/** One of the two. */
export interface Mode {
  /** Runs until it is interrupted. */
  readonly work: (open: OpenConnector) => Effect.Effect<never, Failure, Readiness | ConnectorMetrics>
  /** Ends access for a time, as the work does too, and does nothing else. */
  readonly endLeases: (open: OpenConnector) => Effect.Effect<void, Failure, ConnectorMetrics>
}

/** The mode that the settings choose; fails where they give nothing to do, or an output that no sync could replace. */
export const chooseMode = Effect.fnUntraced(function* (
  config: Pick<ResolvedConfig<typeof workerFields>, "settings" | "origins">,
  archived: Pick<ArchiveOptions, "retention" | "meanings">,
): Effect.fn.Return<Mode, ConfigError | StoreError> {
  const { settings } = config
  const followUp = yield* followUps(settings, archived)
  const { every, "client-id": clientId, "client-secret": clientSecret } = settings
  if (clientId !== undefined && clientSecret !== undefined) {
    const { endServiceLeases, runService } = yield* Effect.promise(() => import("./service/runService.ts"))
    const credentials = { clientId, clientSecret }
    return {
      work: (open) => runService(open, config, credentials, followUp(open)),
      endLeases: (open) => endServiceLeases(open, config, credentials),
    }
  }
  if (every === undefined) return yield* noMode
  const { parseTimetable } = yield* Effect.promise(() => import("@rollcall/host/schedule"))
  const { runStandalone } = yield* Effect.promise(() => import("./standalone/runStandalone.ts"))
  const timetable = yield* parseTimetable(every)
  // Reported now: the first sync of a cron schedule may be hours away.
  const { checkReplaceable } = yield* Effect.promise(() => import("@rollcall/host/sync"))
  yield* checkReplaceable(settings.file)
  return {
    work: (open) =>
      Effect.scoped(
        Effect.flatMap(endsLeases(open, config), ({ compare, services }) =>
          Effect.provideContext(runStandalone(open, settings, timetable, followUp(open), compare), services),
        ),
      ),
    endLeases: (open) => Effect.scoped(Effect.andThen(endsLeases(open, config), Effect.never)),
  }
})

/**
 * By itself the worker ends the leases of a store that is named, and compares them with each sync; for ConductorOne, those of its work
 * folder too.
 */
const endsLeases = Effect.fnUntraced(function* (
  { connector }: OpenConnector,
  { settings, origins }: Pick<ResolvedConfig<typeof workerFields>, "settings" | "origins">,
) {
  const { brakesOf, changeServices } = yield* Effect.promise(() => import("@rollcall/host/changes"))
  const isShared = (yield* SharedStores) !== undefined
  if (settings.leases === undefined && !isShared) return { compare: () => Effect.void, services: Context.empty() }
  const { auditFileBeside, auditLogFile } = yield* Effect.promise(() => import("@rollcall/audit-file"))
  const { compareLeases, endLeasesOnTime } = yield* Effect.promise(() => import("./leases.ts"))
  const { loggedAudit } = yield* Effect.promise(() => import("./loggedAudit.ts"))
  const rules = { brakes: brakesOf({ settings, origins }, "variable"), store: settings.leases ?? "" }
  const file = auditLogFile(settings["audit-file"] ?? auditFileBeside(settings.file))
  const services = yield* Layer.build(changeServices(rules, Layer.provide(loggedAudit, file)))
  yield* Effect.forkScoped(Effect.provideContext(endLeasesOnTime(connector), services))
  const compare = compareLeases({ tempDirectory: settings["c1z-temp-dir"] })
  return { compare: yield* Effect.provideContext(compare, services), services }
})

const noMode = new ConfigError({
  reason: "Missing",
  message: "The worker has no mode: neither BATON_CLIENT_ID nor BATON_EVERY is set.",
  hint: "Set BATON_CLIENT_ID and BATON_CLIENT_SECRET to work for ConductorOne, or BATON_EVERY (6h, or a cron expression) to sync to a file; `rollcall sync` syncs once.",
})
