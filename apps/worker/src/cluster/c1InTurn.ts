// The work for ConductorOne in a turn of one worker. Before each call it is asked whether the turn is over: then nothing is sent. Which
// tasks the turn was given is kept, so that whoever takes the connection over ends those that this worker takes with it.
import { C1Error, C1Fence } from "@rollcall/c1-client"
import { taskKinds, TasksInHand } from "@rollcall/c1-tasks"
import type { WorkStoreOptions } from "@rollcall/c1z"
import { UploadTexts, workStoreLayer } from "@rollcall/c1z"
import type { StoreError } from "@rollcall/connector"
import { sentenceOf, SyncStore } from "@rollcall/connector"
import { OutputStore } from "@rollcall/host/sync"
import type { Database, DatabaseError, Superseded, Turn } from "@rollcall/postgres"
import { asStoreError, Runs, taskRowsOf, uploadRowsOf, workLogOf } from "@rollcall/postgres"
import { Context, Effect, Layer, Schedule } from "effect"

/** What the work for ConductorOne is given in this turn. */
export const c1InTurn = Effect.fnUntraced(function* (
  turn: Turn,
): Effect.fn.Return<Context.Context<never>, never, Runs | Database> {
  const { check } = yield* Runs
  const services = yield* Effect.context<Runs | Database>()
  const logUse = { isTaken: false }
  const rows = yield* taskRowsOf(turn)
  const uploads = yield* uploadRowsOf(turn)
  return Context.make(C1Fence, Effect.mapError(check(turn), notSent)).pipe(
    Context.add(TasksInHand, {
      received: (task) => waiting(rows.received(task)),
      ended: (taskId) => waiting(rows.ended(taskId)),
      left: Effect.map(waiting(rows.left), (tasks) =>
        tasks.map(({ id, kind }) => ({ id, kind: taskKinds.find((one) => one === kind) ?? "unknown" })),
      ),
    }),
    Context.add(UploadTexts, {
      place: "the database",
      read: (name) => waiting(uploads.read(name)),
      write: (name, text) => waiting(uploads.write(name, text)),
      all: waiting(uploads.all),
    }),
    Context.add(OutputStore, (options) =>
      Layer.provide(loggedStore(turn, options, logUse), Layer.succeedContext(services)),
    ),
  )
})

/** A connection has one log: of two syncs at once, as two tasks may ask for, the one that comes first keeps there what it reads. */
const loggedStore = (
  turn: Turn,
  options: WorkStoreOptions,
  logUse: { isTaken: boolean },
): Layer.Layer<SyncStore, StoreError, Runs | Database> =>
  Layer.unwrap(
    Effect.gen(function* () {
      if (logUse.isTaken) return workStoreLayer(options)
      yield* Effect.acquireRelease(
        Effect.sync(() => void (logUse.isTaken = true)),
        () => Effect.sync(() => void (logUse.isTaken = false)),
      )
      const { forgetWork } = yield* Runs
      const log = yield* workLogOf(turn)
      const forgetting = Effect.map(Effect.service(SyncStore), (store) =>
        SyncStore.of({
          ...store,
          publish: (...of) => Effect.tap(store.publish(...of), asStoreError(forgetWork(turn))),
        }),
      )
      return Layer.provide(Layer.effect(SyncStore, forgetting), workStoreLayer({ ...options, log }))
    }),
  )

/** The loops try again later; where the turn is over they are interrupted before long, and leave tasks to whoever has taken over. */
const notSent = (error: DatabaseError | Superseded): C1Error =>
  new C1Error({
    reason: error._tag === "Superseded" ? "Superseded" : "Unavailable",
    message: `ConductorOne was not called. ${error.message}`,
    hint: error.hint,
    cause: error,
  })

/** Without the database no task is begun, and nothing is asked of ConductorOne either. */
const waiting = <A>(work: Effect.Effect<A, DatabaseError>): Effect.Effect<A> =>
  work.pipe(
    Effect.tapError((error) => Effect.logWarning(`Tasks wait for the database. ${sentenceOf(error)}`)),
    Effect.retry(Schedule.spaced("5 seconds")),
    Effect.orDie,
  )
