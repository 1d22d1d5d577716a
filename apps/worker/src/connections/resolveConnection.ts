// From the entry of a connection to what can be served: its connector, its settings and its mode. What is wrong is told in one error.
import type { Connection, ConfigSources } from "@rollcall/config"
import {
  appFields,
  ConfigError,
  configWarnings,
  connectionSources,
  failOnProblems,
  findOtherRequests,
  misspelledKeys,
  resolveConfig,
  secretFileName,
} from "@rollcall/config"
import type { StoreError } from "@rollcall/connector"
import type { ConnectorModule } from "@rollcall/connector-module"
import { archiveRetention, connectorFields, findModules, selectModule, settingRules } from "@rollcall/host"
import { Effect } from "effect"
import { dirname, join, resolve } from "node:path"
import type { Mode } from "../connection.ts"
import { chooseMode } from "../connection.ts"
import type { WorkerConfig } from "../settings/workerFields.ts"
import { allFields, isShared } from "../settings/workerFields.ts"

const tempDirectory = "c1z-temp-dir"

/** A connection that can be served. */
export interface ResolvedConnection {
  readonly connection: Connection
  readonly module: ConnectorModule
  readonly config: WorkerConfig
  readonly mode: Mode
  /** It syncs by a timetable of its own, and not when ConductorOne wants. */
  readonly isScheduled: boolean
  /** What no other connection may use too: the file that it writes, its leases, its credentials. */
  readonly places: ReadonlyArray<string>
}

/** Another connection, and what it uses. */
export type Neighbour = readonly [name: string, { readonly places: ReadonlyArray<string> }]

/**
 * Resolves the settings of a connection, its own over those that the process has for all. Its file is `NAME.c1z` beside `file` of the
 * process unless it names another.
 */
export const resolveConnection = Effect.fnUntraced(function* (
  connection: Connection,
  process: ConfigSources,
  { file, [tempDirectory]: temp }: Pick<WorkerConfig["settings"], "file" | typeof tempDirectory>,
  neighbours: ReadonlyArray<Neighbour>,
): Effect.fn.Return<ResolvedConnection, ConfigError | StoreError> {
  const { name, path, line } = connection
  const entries = new Map(connection.entries)
  if (!entries.has("file")) entries.set("file", { value: join(dirname(file), `${name}.c1z`), line })
  // A worker for ConductorOne has a folder of its own, with its leases and its audit log.
  if (entries.has("client-id") && !entries.has(tempDirectory) && temp !== undefined) {
    entries.set(tempDirectory, { value: join(temp, name), line })
  }
  const entry = { flags: {}, environment: {}, file: { path, entries } }
  const modules = yield* findModules(entry)
  const fields = allFields(modules)
  const { sources, problems } = connectionSources({ ...connection, entries }, fields, process, isShared)
  const known = [...appFields, ...connectorFields(modules)]
  const others = findOtherRequests(sources, { forWorker: true })
  const misspelled = misspelledKeys(known, entry.file)
  const config = yield* resolveConfig(fields, sources, settingRules, [
    ...others.problems,
    ...misspelled.map(({ problem }) => problem),
    ...problems,
  ])
  const { settings } = config
  for (const warning of configWarnings(known, { ...sources, file: entry.file }, others.names)) {
    yield* Effect.annotateLogs(Effect.logWarning(warning), { connection: name })
  }
  const module = yield* Effect.mapError(selectModule(modules, settings), (error) =>
    error.reason === "Missing" ? withoutSecret(connection, modules.all) : error,
  )
  const mode = yield* chooseMode(config, { retention: archiveRetention(settings), meanings: modules.all })
  const { "client-id": clientId, leases } = settings
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
          message: `${name} (${path}, line ${line}) would use the ${place}, as ${other} does.`,
          hint: "Give each connection its own.",
        })),
    ),
  )
  return { connection, module, config, mode, places, isScheduled: clientId === undefined }
})

const withoutSecret = ({ name, path, line }: Connection, modules: ReadonlyArray<ConnectorModule>): ConfigError => {
  const names = modules.flatMap(({ fields, selectedBy }) =>
    fields.some((field) => field.name === selectedBy && field.type === "secret") ? [secretFileName(selectedBy)] : [],
  )
  return new ConfigError({
    reason: "Missing",
    message: `The connection ${name} (${path}, line ${line}) has no token, so nothing can be read.`,
    hint: `Write ${[...new Set(names)].join(" or ")} and the path of the file that holds it into its entry.`,
  })
}
