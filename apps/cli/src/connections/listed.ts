// How connections are shown: those that a worker on this machine serves, those that others serve over a database, and those that nobody does.
import type { Listing } from "@rollcall/access/render"
import type { Connection } from "@rollcall/config"
import { ConnectionStore } from "@rollcall/connection-store"
import { isStored } from "@rollcall/host/connection-changes"
import type { ShownConnection } from "@rollcall/host/connections"
import { Effect } from "effect"
import type { SharedConnections } from "../settings/sharedConnections.ts"

/** A connection of a worker, or of a file that no worker serves. */
export type Listed = Omit<ShownConnection, "state"> & { readonly state: ShownConnection["state"] | "Not running" }

/** How they are printed. */
export const listing: Listing<Listed> = {
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

/** That nobody serves them, as the beginning of a sentence. */
export const noWorker = (shared: SharedConnections | undefined): string =>
  shared === undefined
    ? "No worker serves these connections on this machine"
    : "No worker runs that shares the database"

/** How connections are that no worker on this machine serves. */
export const shownOf = Effect.fnUntraced(function* (
  connections: ReadonlyArray<Pick<Connection, "name" | "labels" | "line">>,
  shared: SharedConnections | undefined,
) {
  if (shared === undefined) return connections.map(notRunning)
  const views = (yield* shared.hasWorkers) ? yield* shared.views : undefined
  const paused = yield* Effect.provide(
    ConnectionStore.use((store) => store.paused),
    shared.stores,
  )
  return connections.map((one): Listed => {
    const view = views?.get(one.name)
    const shown: Listed =
      view === undefined
        ? { ...notRunning(one), ...(views && takenUp("no worker has said yet how it is")) }
        : { ...view, labels: one.labels }
    // Whoever serves it sees within seconds that it was paused or resumed.
    if (shown.state === "Syncing" || paused.has(one.name) === (shown.state === "Paused")) return shown
    return paused.has(one.name)
      ? { ...shown, state: "Paused", because: undefined }
      : { ...shown, ...takenUp("a worker resumes it within seconds") }
  })
})

const takenUp = (because: string) => ({ state: "Setting up", because }) as const

const notRunning = ({ name, labels, line }: Pick<Connection, "name" | "labels" | "line">): Listed => ({
  name,
  labels,
  state: "Not running",
  isAdded: isStored({ line }),
})
