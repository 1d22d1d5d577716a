// Adding and removing connections that stand in no file: by the worker that serves them, or by the command where none runs. Both keep the
// same rules and say the same.
import type { ConfigError, Connection } from "@rollcall/config"
import { isConnectionName, namesOfConnections, placeOf, storedSecret, storedSecretsOf } from "@rollcall/config"
import type { StoredConnection } from "@rollcall/connection-store"
import { ConnectionStore } from "@rollcall/connection-store"
import type { StoreError } from "@rollcall/connector"
import { SecretStore } from "@rollcall/secret-store"
import type { Redacted } from "effect"
import { Effect } from "effect"
import type { ControlError } from "./askWorker.ts"
import { refusal } from "./askWorker.ts"
import type { Neighbour, Secrets, SharedSettings } from "./resolveConnection.ts"
import { resolveConnection } from "./resolveConnection.ts"
import { asConnection } from "./storedConnections.ts"

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
