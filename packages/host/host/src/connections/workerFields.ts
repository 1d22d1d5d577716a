// The settings of the worker, beside those of its connectors, and which of them mean nothing in the mode that it runs in.
import type { ConfigProblem, ResolvedConfig } from "@rollcall/config"
import { describeOrigin, pickAppFields, taskLimits } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import type { ModuleList } from "../modules/ModuleList.ts"
import { connectorFields, eachOnce } from "../modules/ModuleList.ts"
import { archiveFields, requestFields, requestTimeFields, shrinkFields, storeFields } from "../syncSettings.ts"

/** Where probes and metrics are served. */
export const healthFields = pickAppFields("health-check", "health-check-port", "health-check-bind-address")

/** How much tasks may change, and what is protected. */
const limitFields = pickAppFields(...taskLimits.map(({ setting }) => setting), "protected")

/** What published syncs are compared with, and who is told. */
export const driftFields = pickAppFields(
  "drift-file",
  "drift-webhook-url",
  "drift-webhook-secret",
  "drift-webhook-format",
  "drift-webhook-names",
)

/** Where the console is reached, and how people sign in to it. */
export const consoleFields = pickAppFields(
  "console-port",
  "console-settings",
  "console-bind-address",
  "console-url",
  "oidc-issuer",
  "oidc-client-id",
  "oidc-client-secret",
  "oidc-scopes",
  "oidc-roles-claim",
  "oidc-roles",
)

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
    "connections",
    "concurrent-syncs",
    "memory-limit",
    "database-url",
    "file-store",
    "secret-key-file",
    "audit-file",
    "extra-ca-file",
    "log-level",
    "log-format",
  ),
  ...consoleFields,
  ...limitFields,
  ...pickAppFields("leases", "c1-leases", "c1-lease-grace"),
  ...driftFields,
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

/** What only a worker on a schedule acts on. C1 says itself what a sync is to leave out. */
const ofSchedules = [
  "file",
  "keep-sync-count",
  "skip-cleanup",
  "skip-entitlements-and-grants",
  "skip-grants",
  "every",
] as const

/** What only a worker for ConductorOne acts on, but for `host-id`: the manifests set it in either mode. */
const ofTasks = [
  "client-secret",
  "c1-api-host",
  "provisioning",
  "skip-full-sync",
  "task-concurrency",
  "get-tasks",
  "audit-file",
  ...taskLimits.map(({ setting }) => setting),
  "protected",
  "c1-leases",
  "c1-lease-grace",
] as const

/** What each of several connections has for itself, so that the process gives none of it to all of them. */
const ofEach = [
  "connector",
  "client-id",
  "client-secret",
  "leases",
  "audit-file",
  "drift-file",
  "drift-webhook-url",
  "drift-webhook-secret",
] as const

/** What only a worker with several connections acts on. */
const ofSeveral = [
  "concurrent-syncs",
  "memory-limit",
  "database-url",
  "file-store",
  "secret-key-file",
  ...consoleFields.map(({ name }) => name),
] as const

/** Without connections a worker would pass over the database, in which commands keep what it is to end. */
export const unsharedDatabase = ({ settings, origins }: WorkerConfig): ReadonlyArray<ConfigProblem> =>
  settings["database-url"] === undefined || settings.connections !== undefined
    ? []
    : [
        {
          reason: "Missing",
          message: `${describeOrigin(origins["database-url"] ?? { from: "unset" })} needs connections to be set as well.`,
          hint: "Set BATON_CONNECTIONS or --connections, or leave the database out.",
        },
      ]

/**
 * Whether several connections take a setting of the process where they have none of their own. What belongs to a connector, and so to one
 * workspace, is never shared: a token that was forgotten would open another workspace.
 */
export const isShared = ({ name, type }: ConfigField): boolean => {
  const own: ReadonlyArray<string> = [...ofEach, "file", "connections", ...ofSeveral]
  return type !== "secret" && workerFields.some((field) => field.name === name) && !own.includes(name)
}

/** A sentence that names those which were given for nothing; none without them, or where there is nothing to do at all. */
export const ineffectiveSettings = ({ settings, origins }: WorkerConfig): ReadonlyArray<string> => {
  const told = (names: ReadonlyArray<string>, why: string): ReadonlyArray<string> => {
    const given = names.flatMap((name) => {
      const origin = new Map(Object.entries(origins)).get(name)
      return origin === undefined || origin.from === "default" || origin.from === "unset" ? [] : describeOrigin(origin)
    })
    return given.length === 0
      ? []
      : [`${why}, so ${given.join(", ")} ${given.length === 1 ? "has" : "have"} no effect.`]
  }
  if (settings.connections !== undefined) {
    const ofConnectors = Object.keys(origins).filter((name) => workerFields.every((field) => field.name !== name))
    return told([...ofConnectors, ...ofEach], "Each connection has settings of its own")
  }
  const several = told(ofSeveral, "Without BATON_CONNECTIONS there is one connection")
  const forC1 = settings["client-id"] !== undefined
  if (!forC1 && settings.every === undefined) return several
  return [
    ...several,
    ...(forC1
      ? told(ofSchedules, "ConductorOne decides when to sync what, and receives the file")
      : told(ofTasks, "Without BATON_CLIENT_ID no task comes from ConductorOne")),
  ]
}
