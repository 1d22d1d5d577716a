// What the worker does when it is asked something of a connection: pause, resume, sync now, add and remove. What it refuses it says in a
// sentence, with what to do.
import type { Connections } from "@rollcall/config"
import type { StoredConnection } from "@rollcall/connection-store"
import { ConnectionStore, StoredConnection as Added } from "@rollcall/connection-store"
import type { StoreError } from "@rollcall/connector"
import { sentenceOf } from "@rollcall/connector"
import type { ControlError, ConnectionRequest, ControlAnswer } from "@rollcall/host/connections"
import { addConnection, checkAsked, checkRemovable, removeConnection } from "@rollcall/host/connection-changes"
import type { Neighbour, SharedSettings } from "@rollcall/host/connection-changes"
import type { SecretStore } from "@rollcall/secret-store"
import { Context, Effect, Schema } from "effect"
import type { ConnectionReports } from "./ConnectionStates.ts"
import type { Obey } from "./serveControl.ts"
import type { WorkGate } from "./WorkGate.ts"

/** A connection that was taken up: what its entry said, what it must not share with others, and what is wrong with it. */
export interface TakenUp {
  readonly entry: string
  readonly reports: ConnectionReports
  readonly gate: WorkGate
  readonly isAdded: boolean
  readonly isScheduled: boolean
  /** The id of its connector, where it can be opened. */
  readonly connector?: string | undefined
  readonly places: ReadonlyArray<string>
  readonly problem?: string | undefined
}

/** What is served, as far as requests are about it. */
export interface Served {
  readonly taken: ReadonlyMap<string, TakenUp>
  /** The names of those that are paused. */
  readonly paused: Set<string>
  readonly shared: SharedSettings
  /** What the file said when it was last read. */
  readonly inFile: () => Connections
  /** How all connections are. */
  readonly shown: Effect.Effect<ControlAnswer>
  /** Takes up what was added, and stops what was removed. */
  readonly takeUpAll: Effect.Effect<void, StoreError, ConnectionStore | SecretStore>
  readonly stop: (name: string) => Effect.Effect<void>
  /** Asks whoever serves it for a sync, where that may be another process. */
  readonly askForSync?: ((name: string) => Effect.Effect<void, StoreError>) | undefined
  /** Access for a time that the connection would end, where it is not in a file. */
  readonly openLeases?: ((name: string) => Effect.Effect<ReadonlyArray<unknown>, StoreError>) | undefined
}

const refused = (message: string, hint: string): ControlAnswer => ({ refused: { message, hint } })

const did: Readonly<Record<ConnectionRequest, string>> = {
  pause: "was paused",
  resume: "was resumed",
  "sync-now": "was asked for a sync",
  add: "was added",
  remove: "was removed",
}

/** Does what is asked, one request after the other. */
export const obeyRequests = (served: Served): Effect.Effect<Obey, never, ConnectionStore | SecretStore> =>
  Effect.map(Effect.context<ConnectionStore | SecretStore>(), (stores): Obey => {
    const store = Context.get(stores, ConnectionStore)
    const { shown } = served
    const ask = Effect.fnUntraced(function* (name: string, request: ConnectionRequest, body: string) {
      let done = did[request]
      if (request === "add") {
        const added = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Added))(body)
        yield* add({ ...added, name }, served)
      } else if (request === "remove") done = yield* remove(name, served)
      else yield* changeWork(name, request, served, store)
      yield* Effect.annotateLogs(Effect.logInfo(`The connection ${done}.`), { connection: name })
      return yield* shown
    })
    return (name, request, body) =>
      ask(name, request, body).pipe(
        Effect.catchTag(["ControlError", "StoreError"], ({ message, hint }: ControlError | StoreError) =>
          Effect.succeed(refused(message, hint)),
        ),
        Effect.catchTag("SchemaError", () =>
          Effect.succeed(
            refused("The worker does not know what is to be added.", "Use a command and a worker of the same version."),
          ),
        ),
        Effect.provideContext(stores),
      )
  })

const changeWork = Effect.fnUntraced(function* (
  name: string,
  request: Exclude<ConnectionRequest, "add" | "remove">,
  { taken, paused, askForSync }: Served,
  store: ConnectionStore["Service"],
) {
  const one = taken.get(name)
  // Another process may have paused it a moment ago.
  const wasPaused =
    paused.has(name) || (request === "sync-now" && askForSync !== undefined && (yield* store.paused).has(name))
  yield* checkAsked(name, request, one && { ...one, isPaused: wasPaused })
  if (one === undefined) return
  if (request === "sync-now") return yield* askForSync?.(name) ?? one.gate.ask
  const isPaused = request === "pause"
  if (isPaused) paused.add(name)
  else paused.delete(name)
  yield* isPaused ? one.gate.pause : one.gate.resume
  yield* one.reports.paused(isPaused)
  yield* store
    .setPaused(name, isPaused)
    .pipe(
      Effect.catch((error) =>
        Effect.logWarning(`After a restart it will not be known what was paused. ${sentenceOf(error)}`),
      ),
    )
})

const add = Effect.fnUntraced(function* (added: StoredConnection, { taken, shared, inFile, takeUpAll }: Served) {
  const neighbours = [...taken].map(([name, { places }]): Neighbour => [name, { places }])
  yield* addConnection(added, inFile().connections, shared, neighbours)
  yield* takeUpAll
})

const remove = Effect.fnUntraced(function* (name: string, served: Served) {
  const { taken, paused, shared, inFile, takeUpAll, stop } = served
  const { openLeases } = served
  const count = openLeases && ((one: string) => Effect.map(openLeases(one), (leases) => leases.length))
  const check = checkRemovable(name, inFile().connections, shared, count)
  yield* check
  const isServed = taken.get(name)?.isAdded === true
  if (isServed) yield* stop(name)
  // What was granted for a time before it stopped counts too.
  yield* Effect.tapError(Effect.andThen(check, removeConnection(name, inFile().connections)), () => takeUpAll)
  if (isServed) paused.delete(name)
  yield* takeUpAll
  return isServed ? did.remove : "that was added was removed, and that of the file goes on"
})
