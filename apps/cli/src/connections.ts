// `rollcall connections`: asks the worker, and prints how its connections are. Where none runs, what is added and removed is kept for one
// that starts.
import type { Listing } from "@rollcall/access/render"
import type { Connection } from "@rollcall/config"
import { failOnProblems, pickAppFields, readConnections, readSources, resolveConfig } from "@rollcall/config"
import type { StoredConnection } from "@rollcall/connection-store"
import type { AllConnections, Neighbour } from "@rollcall/host/connection-changes"
import {
  addConnection,
  checkRemovable,
  connectionStoreIn,
  isStored,
  removeConnection,
  resolveConnection,
  withStored,
  withWholePaths,
} from "@rollcall/host/connection-changes"
import type { ConnectionRequest, ControlError, ShownConnection } from "@rollcall/host/connections"
import { askWorker, connectionsFolder } from "@rollcall/host/connections"
import { Effect, Option, Stream } from "effect"
import { existsSync } from "node:fs"
import { UsageError } from "./errors.ts"
import type { OutputFormat } from "./render/printListing.ts"
import { printListing } from "./render/printListing.ts"
import { errLines } from "./Screen.ts"
import { warn } from "./settings/knownModules.ts"

/** Which worker is asked. */
export interface Place {
  readonly connections: string | undefined
  readonly "c1z-temp-dir": string | undefined
}

/** A connection of a worker, or of a file that no worker serves. */
type Listed = Omit<ShownConnection, "state"> & { readonly state: ShownConnection["state"] | "Not running" }

const listing: Listing<Listed> = {
  name: "connections",
  columns: [
    { title: "Name", value: ({ name }) => name },
    { title: "State", value: ({ state }) => state },
    { title: "From", value: ({ isAdded }) => (isAdded === true ? "added" : "file"), shown: "ifRoom" },
    { title: "Last Sync", value: ({ lastSync }) => timeOf(lastSync) ?? "" },
    { title: "Next Sync", value: ({ nextSync }) => timeOf(nextSync) ?? "" },
    {
      title: "Labels",
      value: ({ labels }) =>
        Object.entries(labels)
          .map((label) => label.join("="))
          .join(", "),
    },
    { title: "Because", value: ({ because }) => because ?? "" },
  ],
  json: ({ syncs: _syncs, tasks: _tasks, ...one }) =>
    Effect.succeed({ ...one, lastSync: timeOf(one.lastSync), nextSync: timeOf(one.nextSync) }),
}

const timeOf = (millis: number | undefined): string | undefined =>
  millis === undefined ? undefined : new Date(millis).toISOString()

/** Prints all connections of the worker; where none runs, those of the file and those that were added. */
export const listConnections = Effect.fn("Connections.list")(function* (place: Place, format: OutputFormat) {
  const path = yield* pathOf(place)
  const running = yield* unlessNoWorker(askWorker(folderIn(path, place)))
  if (running !== undefined) return yield* printListing(listing, Stream.fromIterable(running), format)
  const inFile: AllConnections = { ...(yield* readConnections(path)), warnings: [], versions: new Map() }
  const folder = folderIn(path, place)
  // Who only looks makes no store.
  const { connections, problems, warnings } = existsSync(folder)
    ? yield* Effect.provide(withStored(inFile), connectionStoreIn(folder))
    : inFile
  yield* errLines(["No worker serves these connections on this machine; these are those that one would serve."])
  yield* warn(warnings)
  yield* printListing(listing, Stream.fromIterable(connections.map(notRunning)), format)
  yield* failOnProblems(problems)
})

const notRunning = ({ name, labels, line }: Pick<Connection, "name" | "labels" | "line">): Listed => ({
  name,
  labels,
  state: "Not running",
  isAdded: isStored({ line }),
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

/** Asks something of one connection, and prints how it is then. */
export const askFor = Effect.fn("Connections.askFor")(function* (
  place: Place,
  asked: { readonly name: string; readonly request: ConnectionRequest },
  format: OutputFormat,
) {
  const all = yield* askWorker(yield* folderOf(place), asked)
  yield* printOne(all, asked.name, format)
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
  const warnings = yield* Effect.gen(function* () {
    const shared = yield* sharedSettings(place)
    const neighbours: Array<Neighbour> = []
    for (const other of (yield* withStored({ connections, problems: [] })).connections) {
      const resolved = yield* Effect.option(resolveConnection(other, shared, neighbours))
      if (Option.isSome(resolved)) neighbours.push([other.name, resolved.value])
    }
    return yield* addConnection(added, connections, shared, neighbours)
  }).pipe(Effect.provide(connectionStoreIn(folderIn(path, place))))
  yield* warn(warnings)
  yield* errLines([`No worker serves these connections on this machine; one that starts takes up ${name}.`])
  yield* printListing(listing, Stream.make(notRunning(added)), format)
})

/** Removes a connection that was added, and says what stays. */
export const removedConnection = Effect.fn("Connections.remove")(function* (place: Place, name: string) {
  const path = yield* pathOf(place)
  const asked = yield* unlessNoWorker(askWorker(folderIn(path, place), { name, request: "remove" }))
  if (asked === undefined) {
    const { connections } = yield* readConnections(path)
    yield* Effect.gen(function* () {
      yield* checkRemovable(name, connections, yield* sharedSettings(place))
      yield* removeConnection(name, connections)
    }).pipe(Effect.provide(connectionStoreIn(folderIn(path, place))))
  }
  yield* errLines([`${name} was removed. Its files, copies and audit log stay.`])
})

/** What this process gives all connections, as a worker with the same variables would. */
const sharedSettings = Effect.fnUntraced(function* (place: Place) {
  const sources = yield* readSources({})
  const { settings } = yield* resolveConfig(pickAppFields("file"), sources)
  return { sources, settings: { ...settings, "c1z-temp-dir": place["c1z-temp-dir"] } }
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
