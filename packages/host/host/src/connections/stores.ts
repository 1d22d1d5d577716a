// Where connections that were added are kept, with their secrets, by a worker that works alone; and what commands have in place of the
// secrets of workers that share a database.
import type { ConnectionStore } from "@rollcall/connection-store"
import { connectionStoreFile } from "@rollcall/connection-store"
import type { StoreError } from "@rollcall/connector"
import { StoreError as Unusable, storeReasonOf } from "@rollcall/connector"
import type { SecretStore } from "@rollcall/secret-store"
import { noSecretStore, secretStoreFolder } from "@rollcall/secret-store"
import { Effect, Layer } from "effect"
import { mkdirSync } from "node:fs"
import { join } from "node:path"

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
