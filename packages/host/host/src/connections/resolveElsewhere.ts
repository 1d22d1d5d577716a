// Whether a connection can run on the machines of its workers, as far as a command on another one can tell: the files and variables of its
// secrets, and the code of its connector, need not be there.
import type { Connection } from "@rollcall/config"
import { namesOf, secretsFolder, storedSecret } from "@rollcall/config"
import { sentenceOf } from "@rollcall/connector"
import { Effect, Redacted, Result } from "effect"
import { findModules } from "../modules/ModuleList.ts"
import { settingRules } from "../syncSettings.ts"
import type { Neighbour, SharedSettings } from "./resolveConnection.ts"
import { resolveConnection } from "./resolveConnection.ts"
import { noSecretsOfCommands } from "./stores.ts"
import { allFields } from "./workerFields.ts"

/**
 * Why the connection of this name cannot run, wherever it is served; nothing where it can as far as is known here. `connections` are in
 * the order in which workers take them up: of two that get in each other's way the first one runs.
 */
export const problemElsewhere = Effect.fnUntraced(function* (
  name: string,
  connections: ReadonlyArray<Connection>,
  shared: SharedSettings,
): Effect.fn.Return<string | undefined> {
  const neighbours: Array<Neighbour> = []
  for (const connection of connections) {
    const resolved = yield* resolveWithoutSecrets(connection, shared, neighbours)
    if (resolved !== undefined && Result.isSuccess(resolved)) neighbours.push([connection.name, resolved.success])
    if (connection.name !== name) continue
    return resolved !== undefined && Result.isFailure(resolved) ? sentenceOf(resolved.failure) : undefined
  }
  return undefined
})

/** As if its secrets were there; nothing where it cannot be told which it has, or its connector is not here. */
const resolveWithoutSecrets = Effect.fnUntraced(function* (
  connection: Connection,
  shared: SharedSettings,
  neighbours: ReadonlyArray<Neighbour>,
) {
  const { path, entries } = connection
  const modules = yield* Effect.option(findModules({ flags: {}, environment: {}, file: { path, entries } }))
  if (modules._tag === "None" || entries.has(secretsFolder)) return undefined
  const own = new Map(entries)
  const secrets = new Map<string, Redacted.Redacted>()
  for (const field of allFields(modules.value).filter(({ type }) => type === "secret")) {
    // A text in its place may be the secret itself, which is refused everywhere.
    const named = namesOf(field).filter((one) => one !== field.name || own.get(one)?.mapping !== undefined)
    if (named.filter((one) => own.delete(one)).length === 0) continue
    own.set(field.name, { mapping: new Map(Object.entries(storedSecret).map(([kind, value]) => [kind, { value }])) })
    secrets.set(field.name, Redacted.make("is not here"))
  }
  const rules = Object.fromEntries(Object.entries(settingRules).filter(([name]) => !secrets.has(name)))
  return yield* Effect.result(resolveConnection({ ...connection, entries: own }, shared, neighbours, secrets, rules))
}, Effect.provide(noSecretsOfCommands))
