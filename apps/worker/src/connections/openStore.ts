// Opens what the worker keeps of its connections. They run whatever state it is in; but one that was paused for a reason must not begin by
// itself because a file is damaged.
import type { StoreError } from "@rollcall/connector"
import { sentenceOf } from "@rollcall/connector"
import { ConnectionStore, connectionStoreFile } from "@rollcall/connection-store"
import { connectionStoreIn, secretStoreIn, storeFileIn } from "@rollcall/host/connection-changes"
import { Context, Effect, Layer } from "effect"
import { existsSync, renameSync } from "node:fs"

/**
 * The store in this folder until the scope ends. One that is damaged is moved away, and one that cannot be opened is left: all of these
 * connections are paused then. Where there is none and none can be made, what would be kept goes with the process.
 */
export const openStore = Effect.fnUntraced(function* (folder: string, names: ReadonlyArray<string>) {
  const path = storeFileIn(folder)
  const wasThere = existsSync(path)
  const inMemory = Layer.build(Layer.merge(connectionStoreFile(":memory:"), secretStoreIn(folder)))
  const kept = Effect.tap(Layer.build(connectionStoreIn(folder)), readAll)
  return yield* kept.pipe(
    Effect.catch((error) =>
      Effect.gen(function* () {
        if (!wasThere) {
          yield* Effect.logWarning(
            `After a restart it will not be known what was added and paused. ${sentenceOf(error)}`,
          )
          return yield* inMemory
        }
        const moved = error.reason === "Unreadable" && (yield* moveAway(path))
        yield* Effect.logError(
          `All connections are paused, and none that was added is served, as it is not known which ones were paused. ${error.message} ${moved ? `It was moved to ${damaged(path)}.` : ""} Resume each with \`rollcall connections resume NAME\`, and add those that are missing.`,
        )
        const services = yield* moved
          ? Layer.build(connectionStoreIn(folder)).pipe(Effect.catch(() => inMemory))
          : inMemory
        yield* Effect.forEach(names, (name) => Context.get(services, ConnectionStore).setPaused(name, true))
        return services
      }),
    ),
  )
})

const readAll = (services: Context.Context<ConnectionStore>): Effect.Effect<void, StoreError> => {
  const { all, paused, peaks } = Context.get(services, ConnectionStore)
  return Effect.all([all, paused, peaks], { discard: true })
}

const damaged = (path: string): string => `${path}.damaged`

/** With what SQLite keeps beside it, which belongs to no other file. */
const moveAway = (path: string) =>
  Effect.sync(() => {
    try {
      renameSync(path, damaged(path))
      if (existsSync(`${path}-journal`)) renameSync(`${path}-journal`, `${damaged(path)}-journal`)
      return true
    } catch {
      // It is told that it still stands there.
      return false
    }
  })
