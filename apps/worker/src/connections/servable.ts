// What it takes to serve a connection: its settings, its connector and its mode, and that nothing stands against it.
import type { Connection } from "@rollcall/config"
import { ConfigError, placeOf } from "@rollcall/config"
import type { StoreError } from "@rollcall/connector"
import { archiveRetention } from "@rollcall/host"
import type { ResolvedConnection } from "@rollcall/host/connection-changes"
import { resolveConnection } from "@rollcall/host/connection-changes"
import type { SecretStore } from "@rollcall/secret-store"
import { Effect } from "effect"
import type { Mode } from "../connection.ts"
import { chooseMode } from "../connection.ts"

/** What it takes to serve a connection. */
export interface Servable extends ResolvedConnection {
  readonly mode: Mode
}

/** Resolves an entry, among others that it must not get in the way of. Fails where it cannot be served, also by workers that share a database. */
export const resolveServable = Effect.fnUntraced(function* (
  isShared: boolean,
  ...of: Parameters<typeof resolveConnection>
): Effect.fn.Return<Servable, ConfigError | StoreError, SecretStore> {
  const resolved = yield* resolveConnection(...of)
  const { connection, modules, config, warnings } = resolved
  if (isShared && config.settings.leases !== undefined) return yield* leasesInFile(connection)
  for (const warning of warnings) {
    yield* Effect.annotateLogs(Effect.logWarning(warning), { connection: connection.name })
  }
  const retention = archiveRetention(config.settings)
  const mode = yield* chooseMode(config, { retention, meanings: modules.all })
  return { ...resolved, mode }
})

/** Nobody would end what it has: the file is that of one machine. */
const leasesInFile = ({ name, path, line }: Connection) =>
  new ConfigError({
    reason: "Conflict",
    message: `${name} (${placeOf(path, line)}) names a file of leases, and workers that share a database keep leases there.`,
    hint: "Take leases out of its entry. What the file has is ended by a worker that serves this connection alone.",
  })
