// From the entry of a connection to what can be served: its connector and its settings. What is wrong is told in one error.
import type { ConfigSources, Connection } from "@rollcall/config"
import {
  appFields,
  ConfigError,
  configWarnings,
  connectionSources,
  failOnProblems,
  findGiven,
  findOtherRequests,
  misspelledKeys,
  placeOf,
  resolveConfig,
  secretFileName,
  secretsFolder,
  storedSecretsOf,
} from "@rollcall/config"
import type { ConnectorModule } from "@rollcall/connector-module"
import { SecretStore } from "@rollcall/secret-store"
import type { Redacted } from "effect"
import { Effect } from "effect"
import { dirname, join, resolve } from "node:path"
import type { ModuleList } from "../modules/ModuleList.ts"
import { connectorFields, findModules, selectModule } from "../modules/ModuleList.ts"
import { leasesIn, settingRules, workFolderOf } from "../syncSettings.ts"
import type { WorkerConfig } from "./workerFields.ts"
import { allFields, isShared } from "./workerFields.ts"

const tempDirectory = "c1z-temp-dir"

/** A connection whose settings can be used. */
export interface ResolvedConnection {
  readonly connection: Connection
  readonly module: ConnectorModule
  /** All that were known when it was chosen. */
  readonly modules: ModuleList
  readonly config: WorkerConfig
  /** What is to be told of it, besides that it runs. */
  readonly warnings: ReadonlyArray<string>
  /** It syncs by a timetable of its own, and not when ConductorOne wants. */
  readonly isScheduled: boolean
  /** What no other connection may use too: the file that it writes, its leases, its credentials. */
  readonly places: ReadonlyArray<string>
}

/** Another connection, and what it uses. */
export type Neighbour = readonly [name: string, { readonly places: ReadonlyArray<string> }]

/** What the process gives all connections: its settings, and where their files are. */
export interface SharedSettings {
  readonly sources: ConfigSources
  readonly settings: Pick<WorkerConfig["settings"], "file" | typeof tempDirectory>
  /** Several workers share them over a database. */
  readonly isDatabase?: boolean | undefined
}

/** The entry of a connection with the files that are its own where it names none, and the fields that it may set. */
const prepared = Effect.fnUntraced(function* (
  connection: Connection,
  { settings: { file, [tempDirectory]: temp } }: Pick<SharedSettings, "settings">,
) {
  const { name, path, line } = connection
  const entries = new Map(connection.entries)
  if (!entries.has("file")) entries.set("file", { value: join(dirname(file), `${name}.c1z`), line })
  // A worker for ConductorOne has a folder of its own, with its leases and its audit log.
  if (entries.has("client-id") && !entries.has(tempDirectory) && temp !== undefined) {
    entries.set(tempDirectory, { value: join(temp, name), line })
  }
  const entry = { flags: {}, environment: {}, file: { path, entries } }
  const modules = yield* findModules(entry)
  return { entry, modules, fields: allFields(modules) }
})

/** Secrets by the settings that they are of. */
export type Secrets = ReadonlyMap<string, Redacted.Redacted>

/** The secrets that Rollcall keeps for a connection; those that are given are taken in their place. */
const keptSecrets = Effect.fnUntraced(function* (
  connection: Connection,
  given: Secrets,
): Effect.fn.Return<Secrets, ConfigError, SecretStore> {
  const store = yield* SecretStore
  const kept = new Map(given)
  for (const setting of storedSecretsOf(connection).filter((name) => !given.has(name))) {
    const secret = yield* Effect.mapError(
      store.get({ connection: connection.name, setting }),
      (error) =>
        new ConfigError({ reason: "UnreadableSecret", message: error.message, hint: error.hint, cause: error }),
    )
    if (secret !== undefined) kept.set(setting, secret)
  }
  return kept
})

/**
 * Resolves the settings of a connection, its own over those that the process has for all. Its file is `NAME.c1z` beside `file` of the
 * process unless it names another. `given` has secrets that are about to be kept; `rules` are what values of settings have to obey.
 */
export const resolveConnection = Effect.fnUntraced(function* (
  connection: Connection,
  shared: SharedSettings,
  neighbours: ReadonlyArray<Neighbour>,
  given: Secrets = new Map(),
  rules = settingRules,
): Effect.fn.Return<ResolvedConnection, ConfigError, SecretStore> {
  const { name, path, line } = connection
  const { entry, modules, fields } = yield* prepared(connection, shared)
  const { entries } = entry.file
  const kept = yield* keptSecrets(connection, given)
  const { sources, problems } = connectionSources({ ...connection, entries }, fields, shared.sources, isShared, kept)
  const known = [...appFields, ...connectorFields(modules)]
  const others = findOtherRequests(sources, { forWorker: true })
  const written = { path, entries: new Map([...entries].filter(([key]) => key !== secretsFolder)) }
  const misspelled = misspelledKeys(known, written)
  const config = yield* resolveConfig(fields, sources, rules, [
    ...others.problems,
    ...misspelled.map(({ problem }) => problem),
    ...problems,
  ])
  const { settings } = config
  const module = yield* Effect.mapError(selectModule(modules, settings), (error) =>
    error.reason === "Missing" ? withoutSecret(connection, modules.all) : error,
  )
  const { "client-id": clientId, leases } = settings
  if (shared.isDatabase === true && leases !== undefined) return yield* leasesInFile(connection)
  const places = [
    ...(clientId === undefined ? [`file ${resolve(settings.file)}`] : [`client id ${clientId}`]),
    ...(leases === undefined ? [] : [`file of leases ${resolve(leases)}`]),
  ]
  yield* failOnProblems(
    neighbours.flatMap(([other, used]) =>
      used.places
        .filter((place) => places.includes(place))
        .map((place) => ({
          reason: "Conflict" as const,
          message: `${name} (${placeOf(path, line)}) would use the ${place}, as ${other} does.`,
          hint: "Give each connection its own.",
        })),
    ),
  )
  const warnings = configWarnings(known, { ...sources, file: written }, others.names)
  return { connection, module, modules, config, warnings, places, isScheduled: clientId === undefined }
})

/** Nobody would end what it has: the file is that of one machine. */
const leasesInFile = ({ name, path, line }: Connection) =>
  new ConfigError({
    reason: "Conflict",
    message: `${name} (${placeOf(path, line)}) names a file of leases, and workers that share a database keep leases there.`,
    hint: "Take leases out of its entry. What the file has is ended by a worker that serves this connection alone.",
  })

const withoutSecret = ({ name, path, line }: Connection, modules: ReadonlyArray<ConnectorModule>): ConfigError => {
  const secrets = modules.flatMap(({ fields, selectedBy }) =>
    fields.some((field) => field.name === selectedBy && field.type === "secret") ? [selectedBy] : [],
  )
  return new ConfigError({
    reason: "Missing",
    message: `The connection ${name} (${placeOf(path, line)}) has no token, so nothing can be read.`,
    hint:
      line === undefined
        ? `Name the file that holds it: --secret-file ${[...new Set(secrets)].join("=PATH or ")}=PATH.`
        : `Write ${[...new Set(secrets)].map(secretFileName).join(" or ")} and the path of the file that holds it into its entry.`,
  })
}

/** Where a connection keeps access for a time, whether its other settings can be used or not; nothing where it keeps none. */
export const leasesOf = Effect.fnUntraced(function* (
  connection: Connection,
  shared: Pick<SharedSettings, "settings">,
): Effect.fn.Return<string | undefined, ConfigError> {
  const { entry } = yield* prepared(connection, shared)
  const [leases, clientId, folder] = ["leases", "client-id", tempDirectory].map((name) => {
    const raw = findGiven(name, entry)?.raw
    return typeof raw === "string" ? raw : raw?.at(-1)
  })
  return leases ?? (clientId === undefined ? undefined : leasesIn(workFolderOf(folder, clientId)))
})
