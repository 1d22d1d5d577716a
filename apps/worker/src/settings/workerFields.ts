// The settings of the worker, beside those of its connectors, and what it demands of them beyond their types, so that all
// that is wrong is told at once, before anything is opened.
import type { ResolvedConfig, SettingRule } from "@rollcall/config"
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
import { Effect } from "effect"

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

/** The most bytes of a host id that C1 takes. */
const longestHostId = 256

/** The rules, by the setting's name. */
export const rules: Readonly<Record<string, SettingRule>> = {
  "client-id": Effect.fnUntraced(function* (text) {
    const { parseClientId } = yield* Effect.promise(() => import("@rollcall/c1-client"))
    return yield* parseClientId(text)
  }),
  every: Effect.fnUntraced(function* (text) {
    const { parseTimetable } = yield* Effect.promise(() => import("../standalone/Timetable.ts"))
    return yield* parseTimetable(text)
  }),
  "host-id": (text) =>
    Buffer.byteLength(text) <= longestHostId
      ? Effect.void
      : Effect.fail({
          message: `ConductorOne takes a host id of ${longestHostId} bytes at most.`,
          hint: "Give this deployment a shorter name.",
        }),
}
