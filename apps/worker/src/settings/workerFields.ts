// The settings of the worker, beside those of its connectors.
import type { ResolvedConfig } from "@rollcall/config"
import { pickAppFields } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import type { ModuleList } from "@rollcall/host"
import {
  archiveFields,
  connectorFields,
  eachOnce,
  requestFields,
  requestTimeFields,
  shrinkFields,
  storeFields,
} from "@rollcall/host"

/** Where probes and metrics are served. */
export const healthFields = pickAppFields("health-check", "health-check-port", "health-check-bind-address")

/** The worker's own settings. */
export const workerFields = [
  ...pickAppFields(
    "connector",
    "client-id",
    "client-secret",
    "c1-api-host",
    "host-id",
    "provisioning",
    "skip-full-sync",
    "task-concurrency",
    "get-tasks",
    "every",
    "audit-file",
    "extra-ca-file",
    "log-level",
    "log-format",
  ),
  ...healthFields,
  ...storeFields,
  ...archiveFields,
  ...shrinkFields,
  ...requestFields,
  ...requestTimeFields,
] as const

/** All settings that the worker acts on, each once. Those of its connectors are known by name alone. */
export const allFields = (modules: ModuleList): ReadonlyArray<(typeof workerFields)[number] | ConfigField> =>
  eachOnce([...connectorFields(modules), ...workerFields])

/** The worker's settings, each with where it was found. */
export type WorkerConfig = ResolvedConfig<ReturnType<typeof allFields>>
