// A sync_full task: reads what the task asks for into a file and uploads it. Only a whole sync is uploaded; what an
// interrupted one has read stays in the work folder for the next task that asks for the same. C1 hears a heartbeat before the
// work begins and then as often as it wants; it may answer that the task is cancelled, and a task of which it has not heard
// nine times in a row counts as lost.
import { Code } from "@connectrpc/connect"
import { C1Service } from "@rollcall/c1-client"
import type { Task_SyncFullTask } from "@rollcall/c1-protocol/messages"
import type { TaskSuccess } from "@rollcall/c1-protocol/service"
import type { SyncRequest, Tenant } from "@rollcall/connector"
import { checkResourceTypes, requestKey, runSync, SyncEvents } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import type { CancelledBy } from "../C1Event.ts"
import { C1Events } from "../C1Event.ts"
import type { KnownFailure } from "./TaskFailure.ts"
import { failureOf, TaskFailure } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"

/** Syncs and uploads. Grants are never expanded, so `skip_expand_grants` changes nothing. */
export const syncFull = Effect.fn("C1.syncFull")(function* (setup: TaskSetup, taskId: string, task: Task_SyncFullTask) {
  if (task.targetedSyncResources.length > 0) return yield* notTargeted
  const emit = yield* C1Events
  if (task.storageEngine === "pebble") yield* emit({ _tag: "EngineUnsupported", taskId, engine: task.storageEngine })
  const request = requestOf(task, setup)
  const sync: Effect.Effect<TaskSuccess, KnownFailure | TaskFailure, C1Service> = setup.skipFullSync
    ? checkOnly(setup, taskId, request)
    : syncAndUpload(setup, taskId, request)
  return yield* withHeartbeats(taskId, sync.pipe(Effect.catch(toTaskFailure)))
})

/** A sync may always be given again: whatever stood in its way, a person may have mended it. */
const toTaskFailure = (error: KnownFailure | TaskFailure): Effect.Effect<never, TaskFailure> =>
  error instanceof TaskFailure ? Effect.fail(error) : Effect.flatMap(failureOf(error, true), Effect.fail)

/** What is left out, the task alone says: C1 would take the want of grants for their end. */
const requestOf = (task: Task_SyncFullTask, setup: TaskSetup): SyncRequest => {
  const { syncResourceTypeIds, skipEntitlementsAndGrants, skipGrants } = task
  const types = syncResourceTypeIds.length > 0 ? syncResourceTypeIds : setup.resourceTypes
  return { resourceTypes: types, skipEntitlementsAndGrants, skipGrants }
}

/** Reading stops when the process does; a file that is on its way is brought to its end, for as long as there is time. */
const syncAndUpload = (
  { connector, workFolder, afterUpload, stopping, debugLog, maxShrink, allowShrinkUntil }: TaskSetup,
  taskId: string,
  request: SyncRequest,
) =>
  workFolder.use(`${connector.id} ${requestKey(request)}`, ({ store, path }) =>
    Effect.gen(function* () {
      const emit = yield* C1Events
      const { uploadAsset } = yield* C1Service
      const uploadKey = (tenant: Pick<Tenant, "id">) => ({ connector: connector.id, tenant, request })
      const now = yield* Clock.currentTimeMillis
      const sync = runSync(connector, request, {
        maxShrink,
        acceptsShrink: allowShrinkUntil !== undefined && now < allowShrinkUntil,
        before: (tenant) =>
          Effect.tap(workFolder.lastUpload(uploadKey(tenant)), (before) =>
            before === undefined ? emit({ _tag: "NoPreviousUpload", taskId }) : Effect.void,
          ),
      }).pipe(
        Effect.provide(store),
        Effect.provideService(SyncEvents, (event) => emit({ _tag: "SyncProgress", taskId, event })),
      )
      const summary = yield* Effect.raceFirst(sync, Effect.andThen(stopping, cancel(taskId, "shutdown")))
      const bytes = yield* uploadAsset(taskId, path)
      yield* emit({ _tag: "UploadFinished", taskId, bytes })
      yield* workFolder.keepUpload(uploadKey(summary.tenant), summary)
      yield* debugLog.upload(taskId)
      // ConductorOne has the sync: a process that stops reports that, rather than finish what comes after it.
      yield* Effect.raceFirst(afterUpload({ taskId, summary, file: path }), stopping)
      return {} satisfies TaskSuccess
    }),
  )

/** What can be told without reading: that the types exist and that the system takes the credential. */
const checkOnly = Effect.fnUntraced(function* (
  { connector }: TaskSetup,
  taskId: string,
  { resourceTypes }: SyncRequest,
) {
  const emit = yield* C1Events
  yield* emit({ _tag: "SyncSkipped", taskId })
  yield* checkResourceTypes(connector, resourceTypes)
  yield* connector.identify
  return {} satisfies TaskSuccess
})

const notTargeted = new TaskFailure({
  code: Code.Unimplemented,
  message:
    "unsupported task: single resources are not synced, and no such capability is advertised. Ask for a full sync.",
  retryable: false,
})

/** Before the next heartbeat, as C1 says, between a second and five minutes; 30 s where it says nothing. */
export const heartbeatPause = (toldMillis: number | undefined): number =>
  toldMillis === undefined || toldMillis <= 0 ? 30_000 : Math.min(300_000, Math.max(1_000, toldMillis))

const maxFailures = 9

/** Runs the work under heartbeats, and interrupts it where the task is over for C1. */
const withHeartbeats = <A, E, R>(taskId: string, work: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const service = yield* C1Service
    const emit = yield* C1Events
    let lost = 0
    let pause = heartbeatPause(undefined)

    const beat = Effect.gen(function* () {
      const answer = yield* Effect.result(service.heartbeat(taskId))
      if (answer._tag === "Failure") {
        lost++
        yield* emit({ _tag: "HeartbeatFailed", taskId, error: answer.failure, consecutive: lost })
        return lost >= maxFailures ? yield* cancel(taskId, "lostHeartbeats") : undefined
      }
      lost = 0
      pause = heartbeatPause(answer.success.nextMillis)
      yield* emit({ _tag: "HeartbeatSent", taskId, nextMillis: pause })
      return answer.success.cancelled ? yield* cancel(taskId, "c1") : undefined
    })

    yield* beat
    const beats = Effect.forever(
      Effect.andThen(
        Effect.suspend(() => Effect.sleep(pause)),
        beat,
      ),
    )
    return yield* Effect.raceFirst(work, beats)
  })

const messages: Readonly<Record<CancelledBy, string>> = {
  c1: "task was cancelled",
  lostHeartbeats: "task failed heartbeat: ConductorOne could not be reached nine times in a row",
  shutdown: "the connector is stopping; the next task of this kind continues where this one stopped",
}

/** The failure of a task that a process which stops did not begin, or could not wait for: a change, or an upload. */
export const interruptedFailure = new TaskFailure({
  code: Code.Canceled,
  message: "the connector is stopping, and could not bring the task to its end; give it again",
  retryable: true,
})

/** Ends a sync in this way, and says so to those who watch. */
const cancel = (taskId: string, by: CancelledBy): Effect.Effect<never, TaskFailure> =>
  Effect.gen(function* () {
    const emit = yield* C1Events
    yield* emit({ _tag: "TaskCancelled", taskId, by })
    return yield* new TaskFailure({ code: Code.Canceled, message: messages[by], retryable: true })
  })
