// `rollcall connections`: asks the worker, and prints how its connections are. Where none runs on this machine, those that share a database
// are asked over it; without one, what is added and removed is kept for a worker that starts.
import type { Secret } from "@rollcall/config"
import { failOnProblems, pickAppFields, readConnections, readSources, resolveConfig } from "@rollcall/config"
import type { StoredConnection } from "@rollcall/connection-store"
import { ConnectionStore } from "@rollcall/connection-store"
import type { AllConnections, Neighbour } from "@rollcall/host/connection-changes"
import {
  addConnection,
  checkAsked,
  checkRemovable,
  connectionStoreIn,
  problemElsewhere,
  removeConnection,
  resolveConnection,
  withStored,
  withWholePaths,
} from "@rollcall/host/connection-changes"
import type { ConnectionRequest } from "@rollcall/host/connections"
import { askWorker, connectionsFolder, ControlError } from "@rollcall/host/connections"
import { Effect, Option, Stream } from "effect"
import { existsSync } from "node:fs"
import { UsageError } from "../errors.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { printListing } from "../render/printListing.ts"
import { errLines } from "../Screen.ts"
import { warn } from "../settings/knownModules.ts"
import type { Listed } from "./listed.ts"
import { listing, noWorker, shownOf } from "./listed.ts"

/** Which worker is asked. */
export interface Place {
  readonly connections: string | undefined
  readonly "c1z-temp-dir": string | undefined
  /** The database that workers share, for where none runs on this machine. */
  readonly "database-url"?: Secret | undefined
}

/** Prints all connections of the worker; where none runs, those of the file and those that were added. */
export const listConnections = Effect.fn("Connections.list")(function* (place: Place, format: OutputFormat) {
  const path = yield* pathOf(place)
  const running = yield* unlessNoWorker(askWorker(folderIn(path, place)))
  if (running !== undefined) return yield* printListing(listing, Stream.fromIterable(running), format)
  const inFile: AllConnections = { ...(yield* readConnections(path)), warnings: [], versions: new Map() }
  const folder = folderIn(path, place)
  const shared = yield* sharedOf(place)
  // Who only looks makes no store.
  const stores = shared?.stores ?? (existsSync(folder) ? connectionStoreIn(folder) : undefined)
  const { connections, problems, warnings } =
    stores === undefined ? inFile : yield* Effect.provide(withStored(inFile), stores)
  if (shared === undefined || !(yield* shared.hasWorkers)) {
    yield* errLines([`${noWorker(shared)}; these are those that one would serve.`])
  }
  yield* warn(warnings)
  yield* printListing(listing, Stream.fromIterable(yield* shownOf(connections, shared)), format)
  yield* failOnProblems(problems)
}, Effect.scoped)

/** The connections of workers that share a database; nothing without one. */
const sharedOf = Effect.fnUntraced(function* ({ "database-url": url }: Place) {
  if (url === undefined) return undefined
  const { sharedConnections } = yield* Effect.promise(() => import("../settings/sharedConnections.ts"))
  return yield* sharedConnections(url)
})

const folderIn = (path: string, place: Place) => connectionsFolder(path, place["c1z-temp-dir"])

/** The folder of the worker that is asked. */
export const folderOf = (place: Place) => Effect.map(pathOf(place), (path) => folderIn(path, place))

const unlessNoWorker = <A, R>(asked: Effect.Effect<A, ControlError, R>) =>
  Effect.catchIf(
    asked,
    ({ reason }) => reason === "NoWorker",
    () => Effect.succeed(undefined),
  )

/** What is asked of one connection. */
interface AskedFor {
  readonly name: string
  readonly request: Exclude<ConnectionRequest, "add" | "remove">
}

/** Asks something of one connection, and prints how it is then. */
export const askFor = Effect.fn("Connections.askFor")(function* (place: Place, asked: AskedFor, format: OutputFormat) {
  const path = yield* pathOf(place)
  const all = yield* Effect.catchIf(
    askWorker(folderIn(path, place), asked),
    ({ reason }) => reason === "NoWorker" && place["database-url"] !== undefined,
    () => askOthers(path, place, asked),
  )
  yield* printOne(all, asked.name, format)
}, Effect.scoped)

/** Asks whoever serves the connection, over the database. What is paused stays so for a worker that starts. */
const askOthers = Effect.fnUntraced(function* (path: string, place: Place, { name, request }: AskedFor) {
  const shared = yield* sharedOf(place)
  if (shared === undefined) return []
  const store = yield* Effect.provide(ConnectionStore, shared.stores)
  const all = yield* Effect.provide(withStored(yield* readConnections(path)), shared.stores)
  const one = all.connections.find((it) => it.name === name)
  const isPaused = (yield* store.paused).has(name)
  const problem =
    request === "sync-now" ? yield* problemElsewhere(name, all.connections, yield* sharedSettings(place)) : undefined
  yield* checkAsked(name, request, one && { isPaused, problem, isScheduled: !one.entries.has("client-id") })
  const hasWorkers = yield* shared.hasWorkers
  if (request !== "sync-now") {
    yield* store.setPaused(name, request === "pause")
    if (!hasWorkers) yield* errLines([`${noWorker(shared)}; one that starts keeps to it.`])
  } else if (hasWorkers) yield* shared.askForSync(name)
  else {
    return yield* new ControlError({
      reason: "NoWorker",
      message: `${noWorker(shared)}, so nobody syncs ${name}.`,
      hint: "Start rollcall-worker with the same BATON_CONNECTIONS and BATON_DATABASE_URL, on any machine.",
    })
  }
  return yield* shownOf(all.connections, shared)
})

/** Adds a connection: the worker takes it up at once, where none runs one that starts. */
export const addedConnection = Effect.fn("Connections.add")(function* (
  place: Place,
  typed: StoredConnection,
  format: OutputFormat,
) {
  const path = yield* pathOf(place)
  const added = yield* withWholePaths(typed)
  const { name } = added
  const all = yield* unlessNoWorker(askWorker(folderIn(path, place), { name, request: "add", added }))
  if (all !== undefined) return yield* printOne(all, name, format)
  const { connections } = yield* readConnections(path)
  const kept = yield* sharedOf(place)
  const warnings = yield* Effect.gen(function* () {
    const shared = yield* sharedSettings(place)
    const neighbours: Array<Neighbour> = []
    for (const other of (yield* withStored({ connections, problems: [] })).connections) {
      const resolved = yield* Effect.option(resolveConnection(other, shared, neighbours))
      if (Option.isSome(resolved)) neighbours.push([other.name, resolved.value])
    }
    return yield* addConnection(added, connections, shared, neighbours)
  }).pipe(Effect.provide(kept?.stores ?? connectionStoreIn(folderIn(path, place))))
  yield* warn(warnings)
  if (kept === undefined || !(yield* kept.hasWorkers)) {
    yield* errLines([`${noWorker(kept)}; one that starts takes up ${name}.`])
  }
  yield* printListing(listing, Stream.fromIterable(yield* shownOf([added], kept)), format)
}, Effect.scoped)

/** Removes a connection that was added, and says what stays. */
export const removedConnection = Effect.fn("Connections.remove")(function* (place: Place, name: string) {
  const path = yield* pathOf(place)
  const asked = yield* unlessNoWorker(askWorker(folderIn(path, place), { name, request: "remove" }))
  if (asked === undefined) {
    const { connections } = yield* readConnections(path)
    const kept = yield* sharedOf(place)
    yield* Effect.gen(function* () {
      yield* checkRemovable(name, connections, yield* sharedSettings(place), kept?.countOpen)
      yield* removeConnection(name, connections)
    }).pipe(Effect.provide(kept?.stores ?? connectionStoreIn(folderIn(path, place))))
  }
  yield* errLines([`${name} was removed. Its files, copies and audit log stay.`])
}, Effect.scoped)

/** What this process gives all connections, as a worker with the same variables would. */
const sharedSettings = Effect.fnUntraced(function* (place: Place) {
  const sources = yield* readSources({})
  const { settings } = yield* resolveConfig(pickAppFields("file"), sources)
  const isDatabase = place["database-url"] !== undefined
  return { sources, settings: { ...settings, "c1z-temp-dir": place["c1z-temp-dir"] }, isDatabase }
})

const printOne = (all: ReadonlyArray<Listed>, name: string, format: OutputFormat) =>
  printListing(listing, Stream.fromIterable(all.filter((one) => one.name === name)), format)

const pathOf = ({ connections }: Place) =>
  connections === undefined
    ? Effect.fail(
        new UsageError({
          message: "No file of connections is named.",
          hint: "Set BATON_CONNECTIONS, or name it with --connections.",
        }),
      )
    : Effect.succeed(connections)
