// `rollcall connections`: asks the worker, and prints how its connections are.
import type { Listing } from "@rollcall/access/render"
import { failOnProblems, readConnections } from "@rollcall/config"
import type { ConnectionRequest, ShownConnection } from "@rollcall/host/connections"
import { askWorker, connectionsFolder } from "@rollcall/host/connections"
import { Effect, Stream } from "effect"
import { UsageError } from "./errors.ts"
import type { OutputFormat } from "./render/printListing.ts"
import { printListing } from "./render/printListing.ts"
import { errLines } from "./Screen.ts"

/** Which worker is asked. */
interface Place {
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
  json: (one) => Effect.succeed({ ...one, lastSync: timeOf(one.lastSync), nextSync: timeOf(one.nextSync) }),
}

const timeOf = (millis: number | undefined): string | undefined =>
  millis === undefined ? undefined : new Date(millis).toISOString()

/** Prints all connections of the worker; where none runs, those of the file. */
export const listConnections = Effect.fn("Connections.list")(function* (place: Place, format: OutputFormat) {
  const path = yield* pathOf(place)
  const running = yield* askWorker(connectionsFolder(path, place["c1z-temp-dir"])).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "NoWorker",
      () => Effect.succeed(undefined),
    ),
  )
  if (running !== undefined) return yield* printListing(listing, Stream.fromIterable(running), format)
  const { connections, problems } = yield* readConnections(path)
  yield* errLines(["No worker serves these connections on this machine; these are those of the file."])
  const listed = connections.map(({ name, labels }): Listed => ({ name, labels, state: "Not running" }))
  yield* printListing(listing, Stream.fromIterable(listed), format)
  yield* failOnProblems(problems)
})

/** Asks something of one connection, and prints how it is then. */
export const askFor = Effect.fn("Connections.askFor")(function* (
  place: Place,
  asked: { readonly name: string; readonly request: ConnectionRequest },
  format: OutputFormat,
) {
  const all = yield* askWorker(connectionsFolder(yield* pathOf(place), place["c1z-temp-dir"]), asked)
  yield* printListing(listing, Stream.fromIterable(all.filter(({ name }) => name === asked.name)), format)
})

const pathOf = ({ connections }: Place) =>
  connections === undefined
    ? Effect.fail(
        new UsageError({
          message: "No file of connections is named.",
          hint: "Set BATON_CONNECTIONS, or name it with --connections.",
        }),
      )
    : Effect.succeed(connections)
