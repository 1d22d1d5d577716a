// What workers on one database tell each other of their connections, and ask of those that another one serves.
import { ConnectionStore } from "@rollcall/connection-store"
import { sentenceOf } from "@rollcall/connector"
import { ShownConnection } from "@rollcall/host/connections"
import type { BoardView, DatabaseError, Turn } from "@rollcall/postgres"
import { LeaseStore } from "@rollcall/plan"
import { asStoreError, Board, Database, leaseStorePostgres } from "@rollcall/postgres"
import { LimitStore } from "@rollcall/resilience"
import { SecretStore } from "@rollcall/secret-store"
import { SessionStore } from "@rollcall/session-store"
import { Clock, Effect, Option, Schema } from "effect"
import type { SharedState } from "../connections/Placement.ts"

const View = Schema.fromJsonString(ShownConnection)
const encodeView = Schema.encodeSync(View)
const decodeView = Schema.decodeUnknownOption(View)

/** How often it is said how far a sync is, where nothing else has changed, in milliseconds. */
const progressEvery = 10_000

/** The state that this worker shares; `turns` has the connections that it serves now. */
export const sharedState = Effect.fnUntraced(function* (turns: ReadonlyMap<string, Turn>, replica: string) {
  const board = yield* Board
  const database = yield* Database
  const said = new Map<string, { readonly key: string; readonly view: string; readonly at: number }>()
  /** Without the database there is nothing to say; what is lost is said the next time. */
  const tried = <A>(work: Effect.Effect<A, DatabaseError>, otherwise: A) =>
    work.pipe(Effect.catch((error) => Effect.as(Effect.logDebug(sentenceOf(error)), otherwise)))

  const state: Omit<SharedState, "unready" | "stalled"> = {
    limits: yield* LimitStore,
    store: yield* ConnectionStore,
    secrets: yield* SecretStore,
    sessions: yield* SessionStore,
    say: Effect.fnUntraced(function* (own) {
      const at = yield* Clock.currentTimeMillis
      for (const { progress, ...shown } of own) {
        const turn = turns.get(shown.name)
        if (turn === undefined) continue
        const before = said.get(shown.name)
        const view = encodeView({ ...shown, progress, servedBy: replica })
        // A turn of its own is said even if nothing else has changed.
        const key = `${turn.epoch} ${encodeView(shown)}`
        if (before?.key === key && (before.view === view || at - before.at < progressEvery)) continue
        if (yield* tried(Effect.as(board.say(turn, view), true), false)) said.set(shown.name, { key, view, at })
      }
    }),
    withOthers: (own) =>
      Effect.map(tried(board.views, new Map<string, BoardView>()), (views) =>
        own.map((shown) => {
          const { name, labels, isAdded } = shown
          const [turn, known] = [turns.get(name), views.get(name)]
          const isOver = turn !== undefined && known !== undefined && known.epoch !== turn.epoch
          if (turn !== undefined && !isOver) return { ...shown, servedBy: replica }
          if (shown.state === "Failed" && !isOver) return shown
          const other = Option.getOrUndefined(decodeView(known?.view))
          if (other !== undefined) return { ...other, labels }
          // It was removed and added again, and this worker has not seen that yet.
          return isOver
            ? { name, labels, isAdded, state: "Setting up", because: "it is taken up within seconds" }
            : shown
        }),
      ),
    openLeases: (connection) =>
      LeaseStore.use(({ open }) => open()).pipe(
        Effect.provide(leaseStorePostgres(connection)),
        Effect.provideService(Database, database),
      ),
    askForSync: (connection) => asStoreError(board.askForSync(connection)),
    requests: Effect.suspend(() => tried(board.requests([...turns.keys()]), [])),
  }
  return state
})
