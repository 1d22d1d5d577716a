// Service mode: says hello to C1 and does the tasks that C1 gives, until it is interrupted. Then it asks for no more, lets
// short tasks and uploads end, cancels syncs in a way that the next task continues them, and what a poll that is out still
// brings, and tells C1 of each.
import type { C1Error, C1Service } from "@rollcall/c1-client"
import { UploadEvents } from "@rollcall/c1-client"
import { connectorMetadata } from "@rollcall/c1-protocol/service"
import type { AuditLog, Connector } from "@rollcall/connector"
import { hideTokens } from "@rollcall/api-client"
import { Effect, Logger } from "effect"
import { join } from "node:path"
import { C1Events } from "./C1Event.ts"
import type { Program } from "./loop/tellC1.ts"
import { buildInfo, osInfo, sendFirstHello } from "./loop/tellC1.ts"
import { makePolls } from "./loop/pollTasks.ts"
import { makeRunningTasks } from "./loop/RunningTasks.ts"
import { makeActionRuns } from "./tasks/ActionRuns.ts"
import { makeDebugLog } from "./tasks/DebugLog.ts"
import type { UploadedSync } from "./WorkFolder.ts"
import { WorkFolder } from "./WorkFolder.ts"

/** What the loop is told. */
export interface TaskLoopOptions {
  /** The connector with its clients in place (`provideConnector`). */
  readonly connector: Connector
  readonly program: Program
  /** Tasks that run at once, 1 to 100; default 3 (`BATON_TASK_CONCURRENCY`). */
  readonly concurrency?: number
  /** Whether grants and revokes are carried out; default `false` (`BATON_PROVISIONING`). Actions always are. */
  readonly provisioning?: boolean
  /** Finishes full syncs without reading or uploading anything; default `false` (`BATON_SKIP_FULL_SYNC`). */
  readonly skipFullSync?: boolean
  /** The resource types to sync where a task names none; default all (`BATON_SYNC_RESOURCE_TYPES`). */
  readonly resourceTypes?: ReadonlyArray<string> | undefined
  /** The most percent of a resource type that may go from one upload to the next; default 50 (`BATON_MAX_SHRINK`). */
  readonly maxShrink?: number | undefined
  /** Until when every loss is accepted, in milliseconds since the epoch (`BATON_ALLOW_SHRINK_UNTIL`). */
  readonly allowShrinkUntil?: number | undefined
  /**
   * Runs after each upload of a full sync, before ConductorOne is told of the end of its task, and is interrupted when the loop is or
   * the task is cancelled. Default: nothing.
   */
  readonly afterUpload?: ((uploaded: UploadedSync) => Effect.Effect<void>) | undefined
  /** Asks for several tasks in one call; default `false` (`BATON_GET_TASKS`). */
  readonly severalAtOnce?: boolean
  /** Makes a line of the log that C1 is sent of tasks with `debug`; JSON without tokens by default. Nothing secret may be in it. */
  readonly debugLine?: Logger.Logger<unknown, string>
  /** Milliseconds that short tasks have to end once the loop is interrupted; default 20,000. Then come 5 s of last words. */
  readonly drainMillis?: number
}

// Without a span, as is the poll below it: one that never ends would be the parent of all others, and all one trace.
/**
 * Runs until it is interrupted. Fails only at the start, where C1 refuses the hello.
 * `C1Events` is told of all that happens; `HelloAccepted` is when the worker is ready.
 */
export const taskLoop = Effect.fnUntraced(function* (
  options: TaskLoopOptions,
): Effect.fn.Return<never, C1Error, C1Service | AuditLog | WorkFolder> {
  const {
    connector,
    resourceTypes,
    maxShrink,
    allowShrinkUntil,
    afterUpload = () => Effect.void,
    concurrency = 3,
    severalAtOnce = false,
    drainMillis = 20_000,
  } = options
  const workFolder = yield* WorkFolder
  const events = yield* C1Events
  const hello = {
    buildInfo: buildInfo(options.program),
    osInfo: osInfo(),
    connectorMetadata: connectorMetadata(connector),
  }
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const setup = {
        connector,
        provisioning: options.provisioning === true,
        skipFullSync: options.skipFullSync === true,
        workFolder,
        afterUpload,
        actionRuns: yield* makeActionRuns,
        debugLog: yield* makeDebugLog({
          path: join(workFolder.path, "debug.log"),
          line: options.debugLine ?? Logger.map(Logger.formatJson, (line) => hideTokens(line, "<secret>")),
        }),
        resourceTypes,
        maxShrink,
        allowShrinkUntil,
      }
      const tasks = yield* makeRunningTasks({ setup, hello, concurrency, drainMillis })
      yield* sendFirstHello(hello)
      yield* Effect.forkScoped(tasks.endLeft)
      const polls = yield* makePolls(tasks, { concurrency, severalAtOnce })
      return yield* Effect.onExit(polls.forever, () => tasks.stop(polls.lastAnswer))
    }),
  ).pipe(Effect.provideService(UploadEvents, events))
})
