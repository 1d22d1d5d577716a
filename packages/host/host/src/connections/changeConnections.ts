// Adding and removing connections that stand in no file: by the worker that serves them, or by the command where none runs. Both keep the
// same rules and say the same.
import { lookIntoLeases } from "@rollcall/change-store"
import type { Connection, Connections } from "@rollcall/config"
import {
  isConnectionName,
  namesOfConnections,
  placeOf,
  secretFileName,
  secretsFolder,
  storedSecret,
  storedSecretsOf,
} from "@rollcall/config"
import type { StoredConnection } from "@rollcall/connection-store"
import { ConnectionStore, connectionStoreFile } from "@rollcall/connection-store"
import type { ConfigError } from "@rollcall/config"
import type { StoreError } from "@rollcall/connector"
import { StoreError as Unusable, sentenceOf, storeReasonOf } from "@rollcall/connector"
import type { Redacted } from "effect"
import { Effect, Layer } from "effect"
import { mkdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { noSecretStore, SecretStore, secretStoreFolder } from "@rollcall/secret-store"
import { findModules } from "../modules/ModuleList.ts"
import type { ConnectionRequest } from "./askWorker.ts"
import { ControlError } from "./askWorker.ts"
import type { Neighbour, Secrets, SharedSettings } from "./resolveConnection.ts"
import { leasesOf, resolveConnection } from "./resolveConnection.ts"
import { allFields } from "./workerFields.ts"

export {
  leasesOf,
  type Neighbour,
  resolveConnection,
  type ResolvedConnection,
  type Secrets,
  type SharedSettings,
} from "./resolveConnection.ts"

/** The file of the store in the folder of a worker. */
export const storeFileIn = (folder: string): string => join(folder, "connections.db")

/** The store of secrets in the folder of a worker. */
export const secretStoreIn = (folder: string): Layer.Layer<SecretStore> => secretStoreFolder(join(folder, "secrets"))

/** The stores of connections and of their secrets in the folder of a worker, which is made (0700) where there is none. */
export const connectionStoreIn = (folder: string): Layer.Layer<ConnectionStore | SecretStore, StoreError> =>
  Layer.unwrap(
    Effect.try({
      try: () => mkdirSync(folder, { recursive: true, mode: 0o700 }),
      catch: (cause) =>
        new Unusable({
          reason: storeReasonOf(cause),
          message: `The folder ${folder} for the connections cannot be made.`,
          hint: "Allow this user to write there, or name another folder with BATON_C1Z_TEMP_DIR.",
          cause,
        }),
    }).pipe(Effect.as(Layer.merge(connectionStoreFile(storeFileIn(folder)), secretStoreIn(folder)))),
  )

/** What a command has in place of the secrets that the console was given: those are sealed, and only workers have the key. */
export const noSecretsOfCommands: Layer.Layer<SecretStore> = noSecretStore(
  "Commands do not have the secrets that the console was given.",
  "Change the connection in the console.",
)

/** A connection that was added, as one of a file. */
export const asConnection = ({ name, labels, settings }: StoredConnection): Connection => ({
  name,
  labels,
  path: "added by command",
  entries: new Map(
    Object.entries(settings).map(([key, value]) => [
      key,
      typeof value === "string"
        ? { value }
        : { mapping: new Map(Object.entries(value).map(([kind, named]) => [kind, { value: named }])) },
    ]),
  ),
})

/** Whether a connection was added, and stands in no file. */
export const isStored = ({ line }: Pick<Connection, "line">): boolean => line === undefined

/** All connections that a worker serves. */
export interface AllConnections extends Connections {
  /** Of those that were added and are not served. */
  readonly warnings: ReadonlyArray<string>
  /** Another one each time that a name is added, by the name. */
  readonly versions: ReadonlyMap<string, string | undefined>
}

/** The connections of the file with those that were added. Of a name that both have the file's is the one. */
export const withStored = Effect.fnUntraced(function* (
  inFile: Connections,
): Effect.fn.Return<AllConnections, StoreError, ConnectionStore> {
  const stored = yield* ConnectionStore.use(({ all }) => all)
  const names = new Map(inFile.connections.map((one) => [one.name, one]))
  const inBoth = stored.flatMap(({ name }) => names.get(name) ?? [])
  return {
    connections: [...inFile.connections, ...stored.filter(({ name }) => !names.has(name)).map(asConnection)],
    problems: inFile.problems,
    versions: new Map(stored.filter(({ name }) => !names.has(name)).map(({ name, version }) => [name, version])),
    warnings: inBoth.map(
      ({ name, path, line }) =>
        `The connection ${name} that was added is not used, as ${placeOf(path, line)} has one of this name. \`rollcall connections remove ${name}\` removes the one that was added.`,
    ),
  }
})

/** The same with paths from the root, as a worker may have been started in another folder than the command. */
export const withWholePaths = Effect.fnUntraced(function* (
  added: StoredConnection,
): Effect.fn.Return<StoredConnection, ControlError> {
  const { connector } = added.settings
  const whole = typeof connector === "string" && /^\.{1,2}\//u.test(connector) ? { connector: resolve(connector) } : {}
  const settings: StoredConnection["settings"] = { ...added.settings, ...whole }
  const file = asConnection({ ...added, settings })
  const modules = yield* Effect.mapError(findModules({ flags: {}, environment: {}, file }), ({ message, hint }) =>
    refusal(message, hint),
  )
  const paths = new Set([
    secretsFolder,
    ...allFields(modules).flatMap(({ name, type }) =>
      type === "secret" ? [secretFileName(name)] : type === "path" ? [name] : [],
    ),
  ])
  const given = Object.entries(settings).map(([name, value]) => [
    name,
    paths.has(name) && typeof value === "string" && value !== "" ? resolve(value) : value,
  ])
  return { ...added, settings: Object.fromEntries(given) }
})

const refusal = (message: string, hint: string) => new ControlError({ reason: "Refused", message, hint })

const addedBefore = (name: string) =>
  refusal(
    `A connection ${name} was added before.`,
    `Choose another name, or run \`rollcall connections remove ${name}\` first.`,
  )

/** Refuses what is no name, and the name of a connection that there is. */
export const checkNewName = Effect.fnUntraced(function* (
  name: string,
  inFile: ReadonlyArray<Connection>,
): Effect.fn.Return<void, ControlError | StoreError, ConnectionStore> {
  if (!isConnectionName(name)) {
    const shown = JSON.stringify(name.slice(0, 60))
    return yield* refusal(`A connection cannot be called ${shown}: ${namesOfConnections}.`, "Choose another name.")
  }
  const twin = inFile.find((one) => one.name === name)
  if (twin !== undefined) {
    return yield* refusal(
      `There is a connection ${name} in ${placeOf(twin.path, twin.line)}.`,
      "Choose another name, or change it in the file.",
    )
  }
  const stored = yield* ConnectionStore.use(({ all }) => all)
  if (stored.some((one) => one.name === name)) return yield* addedBefore(name)
})

/**
 * Adds a connection that can be used beside the others, and gives what is to be told of it; otherwise it says why not, and adds nothing.
 * `secrets` are those that Rollcall is to keep for it.
 */
export const addConnection = Effect.fnUntraced(function* (
  wanted: StoredConnection,
  inFile: ReadonlyArray<Connection>,
  shared: SharedSettings,
  neighbours: ReadonlyArray<Neighbour>,
  secrets: Secrets = new Map(),
): Effect.fn.Return<ReadonlyArray<string>, ControlError | StoreError, ConnectionStore | SecretStore> {
  const { name } = wanted
  const references = Object.fromEntries([...secrets.keys()].map((setting) => [setting, storedSecret]))
  const added: StoredConnection = { ...wanted, settings: { ...wanted.settings, ...references } }
  yield* checkNewName(name, inFile)
  const store = yield* ConnectionStore
  const { warnings } = yield* Effect.mapError(
    resolveConnection(asConnection(added), shared, neighbours, secrets),
    ({ message, hint }: ConfigError) => refusal(message, hint),
  )
  // Another process may have added it meanwhile.
  if (!(yield* store.add(added))) return yield* addedBefore(name)
  const undo = [SecretStore.use(({ removeAll }) => removeAll(name)), store.remove(name)]
  yield* Effect.onError(keepSecrets(name, secrets), () =>
    Effect.forEach(undo, (one) => Effect.ignore(one), { discard: true }),
  )
  return warnings
})

const keepSecrets = (connection: string, secrets: Secrets) =>
  SecretStore.use((store) =>
    Effect.forEach(secrets, ([setting, value]) => store.put({ connection, setting }, value), { discard: true }),
  )

/** Keeps another secret for a connection that was added with one; a worker begins the connection again with it. */
export const rotateSecret = Effect.fnUntraced(function* (
  name: string,
  setting: string,
  value: Redacted.Redacted,
): Effect.fn.Return<void, ControlError | StoreError, ConnectionStore | SecretStore> {
  const stored = (yield* ConnectionStore.use(({ all }) => all)).find((one) => one.name === name)
  if (stored === undefined || !storedSecretsOf(asConnection(stored)).includes(setting)) {
    return yield* refusal(
      `Rollcall keeps no ${setting} of ${name}.`,
      "Change it where the entry of the connection says that it is found.",
    )
  }
  yield* keepSecrets(name, new Map([[setting, value]]))
})

/** Removes one that was added and may be removed, and its secrets. One of the file under the same name stays as it is, paused too. */
export const removeConnection = Effect.fnUntraced(function* (name: string, inFile: ReadonlyArray<Connection>) {
  const store = yield* ConnectionStore
  const stored = (yield* store.all).find((one) => one.name === name)
  const isInFile = inFile.some((one) => one.name === name)
  yield* store.remove(name, isInFile)
  // It comes back where they stay, so that none is left that nobody knows of.
  yield* Effect.onError(
    SecretStore.use((secrets) => secrets.removeAll(name)),
    () => (stored === undefined ? Effect.void : Effect.ignore(store.add(stored))),
  )
})

/**
 * Fails where a connection may not be removed: it stands in a file, there is none, or access that it granted for a time is not over.
 * `countOpen` counts that in the database that workers share.
 */
export const checkRemovable = Effect.fnUntraced(function* (
  name: string,
  inFile: ReadonlyArray<Connection>,
  shared: Pick<SharedSettings, "settings">,
  countOpen?: (name: string) => Effect.Effect<number, StoreError>,
): Effect.fn.Return<void, ControlError | StoreError, ConnectionStore> {
  const stored = (yield* ConnectionStore.use(({ all }) => all)).find((one) => one.name === name)
  if (stored === undefined) {
    const twin = inFile.find((one) => one.name === name)
    return yield* twin === undefined
      ? refusal(`There is no connection ${name}.`, "`rollcall connections list` has all names.")
      : refusal(
          `The connection ${name} stands in a file: ${placeOf(twin.path, twin.line)}.`,
          "Remove it there; a worker takes up the change.",
        )
  }
  if (countOpen !== undefined) {
    const open = yield* countOpen(name)
    return open > 0 ? yield* hasOpenLeases(name, open, "rollcall leases list") : undefined
  }
  const leases = yield* Effect.mapError(leasesOf(asConnection(stored), shared), (error: ConfigError) =>
    refusal(`It cannot be seen whether ${name} has open leases. ${sentenceOf(error)}`, ""),
  )
  if (leases === undefined) return
  const open = (yield* lookIntoLeases(leases)).leases.filter(({ state }) => state !== "ended").length
  if (open > 0) return yield* hasOpenLeases(name, open, `rollcall leases list --leases ${leases}`)
})

/** What a request for work depends on. */
export interface Asked {
  readonly isPaused: boolean
  /** It syncs by a timetable of its own, and not when ConductorOne wants. */
  readonly isScheduled: boolean
  /** Why it cannot run. */
  readonly problem?: string | undefined
}

/** Fails where a connection may not be paused, resumed or synced as is asked; `one` is absent where there is none of the name. */
export const checkAsked = (
  name: string,
  request: Exclude<ConnectionRequest, "add" | "remove">,
  one: Asked | undefined,
): Effect.Effect<void, ControlError> => {
  if (one === undefined) return refusal(`There is no connection ${name}.`, "`rollcall connections list` has all names.")
  if (request !== "sync-now") return Effect.void
  if (one.isPaused) return refusal(`${name} is paused.`, `Run \`rollcall connections resume ${name}\` first.`)
  if (one.problem !== undefined) return refusal(`${name} cannot run. ${one.problem}`, "")
  return one.isScheduled
    ? Effect.void
    : refusal(`${name} works for ConductorOne, which decides when to sync.`, "Ask for a sync there.")
}

const hasOpenLeases = (name: string, open: number, shown: string) =>
  refusal(
    `${name} has ${open} open ${open === 1 ? "lease" : "leases"}, which nothing would end once it is removed.`,
    `\`${shown}\` shows them. Wait until they are over, or end them with \`rollcall leases end\`.`,
  )
