// A sync_full task: reads what the task asks for into a file and uploads it. Only a whole sync is uploaded; what an
// interrupted one has read stays in the work folder for the next task that asks for the same.
import { Code } from "@connectrpc/connect"
import type { Task_SyncFullTask } from "@rollcall/c1-protocol/messages"
import type { TaskSuccess } from "@rollcall/c1-protocol/service"
import type { SyncRequest, Tenant } from "@rollcall/connector"
import { checkResourceTypes, requestKey, runSync, SyncEvents } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { C1Events } from "../C1Event.ts"
import { cancel, withHeartbeats } from "./heartbeats.ts"
import { C1Service } from "@rollcall/c1-client"
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
