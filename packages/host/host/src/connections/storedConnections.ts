// Connections that were added, beside those of the file.
import type { Connection, Connections } from "@rollcall/config"
import { placeOf, secretFileName, secretsFolder } from "@rollcall/config"
import type { StoredConnection } from "@rollcall/connection-store"
import { ConnectionStore } from "@rollcall/connection-store"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { resolve } from "node:path"
import { findModules } from "../modules/ModuleList.ts"
import type { ControlError } from "./askWorker.ts"
import { refusal } from "./askWorker.ts"
import { allFields } from "./workerFields.ts"

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
