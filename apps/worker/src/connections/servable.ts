// What it takes to serve a connection: its settings, its connector and its mode, and that nothing stands against it.
import type { ConfigError } from "@rollcall/config"
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

/** Resolves an entry, among others that it must not get in the way of. Fails where it cannot be served. */
export const resolveServable = Effect.fnUntraced(function* (
  ...of: Parameters<typeof resolveConnection>
): Effect.fn.Return<Servable, ConfigError | StoreError, SecretStore> {
  const resolved = yield* resolveConnection(...of)
  const { connection, modules, config, warnings } = resolved
  for (const warning of warnings) {
    yield* Effect.annotateLogs(Effect.logWarning(warning), { connection: connection.name })
  }
  const retention = archiveRetention(config.settings)
  const mode = yield* chooseMode(config, { retention, meanings: modules.all })
  return { ...resolved, mode }
})
