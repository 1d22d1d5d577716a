// Service mode: the connector behind ConductorOne's tasks, until it is interrupted.
import { auditLogFile } from "@rollcall/audit-file"
import { C1Credentials, C1Error, C1Service } from "@rollcall/c1-client"
import { C1Events, taskLoop, WorkFolder } from "@rollcall/c1-tasks"
import { openWorkFolder } from "@rollcall/c1z"
import type { ConfigError, ResolvedConfig, Secret, Settings } from "@rollcall/config"
import type { Connector } from "@rollcall/connector"
import type { OpenConnector } from "@rollcall/host"
import { endOfDay, fingerprint, leasesIn, workFolderOf } from "@rollcall/host"
import { brakesOf, changeServices } from "@rollcall/host/changes"
import { intervalOf } from "@rollcall/host/schedule"
import { OutputStore } from "@rollcall/host/sync"
import { keepHeapTight } from "@rollcall/host/heap"
import type { Backstop } from "@rollcall/plan"
import { Effect, Layer } from "effect"
import { hostname } from "node:os"
import { join } from "node:path"

import manifest from "../../package.json" with { type: "json" }
import type { FollowUp } from "../afterSync.ts"
import { Readiness, readinessAfter } from "../health/Readiness.ts"
import { privateJson } from "@rollcall/host/logging"
import { taskLog } from "../logging/logEvents.ts"
import { ConnectorMetrics } from "../metrics/ConnectorMetrics.ts"
import type { SyncMetrics } from "../metrics/syncMetrics.ts"
import { compareLeases, endLeasesOnTime } from "../leases.ts"
import { loggedAudit } from "../loggedAudit.ts"
import { makeSyncMetrics } from "../metrics/syncMetrics.ts"
import { makeTaskMetrics, TaskWatch } from "../metrics/taskMetrics.ts"
import { followC1 } from "./followC1.ts"
import type { workerFields } from "@rollcall/host/worker-fields"

/** The credentials that ConductorOne gave. */
interface C1ClientCredentials {
  readonly clientId: string
  readonly clientSecret: Secret
}

/** Does ConductorOne's tasks; fails where a setting is wrong, it refuses the hello, or the work folder cannot be used. */
export const runService = Effect.fnUntraced(function* (
  { connector }: OpenConnector,
  { settings, origins }: Pick<ResolvedConfig<typeof workerFields>, "settings" | "origins">,
  { clientId, clientSecret }: C1ClientCredentials,
  followUp: FollowUp,
) {
  const hostId = settings["host-id"] ?? hostname()
  const types = settings["sync-resource-types"]
  if (settings["skip-full-sync"]) {
    yield* Effect.logWarning(
      "BATON_SKIP_FULL_SYNC is on: full syncs are reported to ConductorOne as done, and nothing is read or uploaded.",
    )
  }
  const allowShrinkUntil = endOfDay(settings["allow-shrink-until"])
  keepHeapTight()
  const readiness = yield* Readiness
  yield* readiness.set({ _tag: "Starting", because: "the worker has not registered with ConductorOne yet" })
  const log = taskLog(settings)
  const syncs = yield* makeSyncMetrics(connector)
  const measure = yield* makeTaskMetrics(syncs)
  const watch = yield* TaskWatch
  const workFolder = workFolderOf(settings["c1z-temp-dir"], clientId)
  const apiHost = settings["c1-api-host"]
  const credentials = C1Credentials.layer({
    clientId,
    clientSecret: Effect.mapError(clientSecret, unreadable),
    program: `rollcall/${manifest.version}`,
    apiHost,
  })
  const service = C1Service.layer({ hostId })
  const toldDrift = join(workFolder, `drift-${fingerprint(clientId)}.json`)
  return yield* Effect.gen(function* () {
    const follow = yield* followUp({ tempDirectory: workFolder, toldDrift })
    const c1 = yield* followC1(connector)
    const compare = yield* compareLeases({ tempDirectory: workFolder })
    yield* Effect.forkScoped(restoreAge(connector, syncs))
    yield* Effect.forkScoped(endLeasesOnTime(connector, backstopOf(settings, c1)))
    return yield* taskLoop({
      connector,
      program: { name: manifest.name, version: manifest.version },
      concurrency: settings["task-concurrency"],
      severalAtOnce: settings["get-tasks"],
      provisioning: settings.provisioning,
      skipFullSync: settings["skip-full-sync"],
      debugLine: privateJson,
      resourceTypes: types,
      maxShrink: settings["max-shrink"],
      allowShrinkUntil,
      afterUpload: (uploaded) => Effect.andThen(compare(uploaded), follow(uploaded)),
    }).pipe(
      Effect.provideService(C1Events, (event) =>
        Effect.all([readinessAfter(readiness, event), measure(event), watch(event), log(event), c1.follow(event)], {
          discard: true,
        }),
      ),
    )
  }).pipe(
    Effect.scoped,
    Effect.provide(
      Layer.mergeAll(
        Layer.effect(
          WorkFolder,
          Effect.flatMap(OutputStore, (makeStore) => openWorkFolder(workFolder, makeStore)),
        ),
        service.pipe(Layer.provide(credentials)),
        changesIn(workFolder, { settings, origins }),
      ),
    ),
  )
})

/** Ends access for a time alone, until it is interrupted: not what ConductorOne granted, which has not answered. */
export const endServiceLeases = (
  { connector }: OpenConnector,
  config: Pick<ResolvedConfig<typeof workerFields>, "settings" | "origins">,
  { clientId }: Pick<C1ClientCredentials, "clientId">,
) =>
  Effect.provide(endLeasesOnTime(connector), changesIn(workFolderOf(config.settings["c1z-temp-dir"], clientId), config))

/** The audit log, the brakes and the stores, which are in the work folder unless the settings name other files. */
const changesIn = (
  workFolder: string,
  { settings, origins }: Pick<ResolvedConfig<typeof workerFields>, "settings" | "origins">,
) => {
  const auditFile = settings["audit-file"] ?? join(workFolder, "audit.ndjson")
  const rules = {
    brakes: brakesOf({ settings, origins }, "variable"),
    store: settings.leases ?? leasesIn(workFolder),
  }
  return changeServices(rules, loggedAudit.pipe(Layer.provide(auditLogFile(auditFile))))
}

/** What is ended of that which ConductorOne granted for a time; nothing unless that is asked for. */
const backstopOf = (
  settings: Pick<Settings<typeof workerFields>, "c1-leases" | "c1-lease-grace">,
  { reachableSince }: Pick<Backstop, "reachableSince">,
): Backstop | undefined => {
  const grace = intervalOf(settings["c1-lease-grace"])
  return settings["c1-leases"] === "backstop" && grace !== undefined ? { grace, reachableSince } : undefined
}

/** How old the data in ConductorOne is, as far as the work folder has outlived an earlier process. */
const restoreAge = Effect.fnUntraced(function* (connector: Connector, syncs: SyncMetrics) {
  const { lastUploadedAt } = yield* WorkFolder
  const workspace = yield* ConnectorMetrics.use((metrics) => metrics.workspace)
  const endedAt = yield* lastUploadedAt({ connector: connector.id, tenant: { id: workspace } })
  if (endedAt !== undefined) yield* syncs.succeededBefore(endedAt)
})

/** In the words of the configuration, which know the file. */
const unreadable = (cause: ConfigError) =>
  new C1Error({ reason: "BadClientSecret", message: cause.message, hint: cause.hint, cause })
