// The events of the loop, so that an app can log and count without the loop knowing logs or metrics. Events carry ids,
// numbers and errors, never a token.
import type { C1Error, UploadEvent } from "@rollcall/c1-client"
import type { Task } from "@rollcall/c1-protocol/messages"
import { TaskSchema } from "@rollcall/c1-protocol/messages"
import type { IntendedChange, SyncEvent } from "@rollcall/connector"
import type { Cause } from "effect"
import { Context, Effect } from "effect"

/** A kind of task, by C1's names, or `unknown` for one that only a newer C1 knows. */
export type TaskKind = NonNullable<Task["taskType"]["case"]> | "unknown"

const names: ReadonlyArray<string> = TaskSchema.fields
  .filter(({ oneof }) => oneof?.localName === "taskType")
  .map(({ localName }) => localName)
const isTaskKind = (name: string): name is TaskKind => names.includes(name)

/** Every kind of task that the wire knows, but for `none`, which is none. */
export const taskKinds: ReadonlyArray<TaskKind> = names.filter((name) => name !== "none").filter(isTaskKind)

/** The kind of a task. */
export const kindOf = (task: Task): TaskKind => task.taskType.case ?? "unknown"

/** How a task ended, as C1 is told. */
export interface TaskEnd {
  readonly outcome: "success" | "error"
  /** The gRPC code; 0 of a success. https://grpc.io/docs/guides/status-codes */
  readonly code: number
  /** What C1 reads of an error. */
  readonly message?: string
  readonly nonRetryable?: boolean
}

/** Why a sync was cancelled: C1 asked for it, did not hear of it for too long, or the process stops. */
export type CancelledBy = "c1" | "lostHeartbeats" | "shutdown"

/** Something that happened between this process and C1. */
export type C1Event =
  /** C1 knows this connector now; `taskId` where it had asked to be told again. */
  | { readonly _tag: "HelloAccepted"; readonly taskId?: string }
  | { readonly _tag: "HelloFailed"; readonly error: C1Error; readonly taskId?: string; readonly retryMillis?: number }
  | { readonly _tag: "Polled"; readonly tasks: number; readonly nextPollMillis: number }
  | { readonly _tag: "PollFailed"; readonly error: C1Error; readonly consecutive: number; readonly retryMillis: number }
  | { readonly _tag: "TaskReceived"; readonly taskId: string; readonly kind: TaskKind }
  /** A task that was received, and may wait for others, asks who is to hold what. */
  | { readonly _tag: "ChangeReceived"; readonly taskId: string; readonly change: IntendedChange }
  | { readonly _tag: "TaskStarted"; readonly taskId: string; readonly kind: TaskKind }
  /** C1 has been told how the task ended; of a hello task, that the hello was said or failed. */
  | {
      readonly _tag: "TaskFinished"
      readonly taskId: string
      readonly kind: TaskKind
      readonly end: TaskEnd
      /** From its receipt to C1's answer, in milliseconds. */
      readonly millis: number
      /** A fault of the program, for its log; C1 is told only that there was one. */
      readonly defect?: Cause.Cause<unknown>
    }
  /** C1 could not be told how the task ended; `retryMillis` is absent where it is given up. */
  | { readonly _tag: "FinishFailed"; readonly taskId: string; readonly error: C1Error; readonly retryMillis?: number }
  | { readonly _tag: "HeartbeatSent"; readonly taskId: string; readonly nextMillis: number }
  | { readonly _tag: "HeartbeatFailed"; readonly taskId: string; readonly error: C1Error; readonly consecutive: number }
  | { readonly _tag: "TaskCancelled"; readonly taskId: string; readonly by: CancelledBy }
  /** No earlier upload of this tenant and request is known, so the sync is published whatever it shows. */
  | { readonly _tag: "NoPreviousUpload"; readonly taskId: string }
  | { readonly _tag: "SyncProgress"; readonly taskId: string; readonly event: SyncEvent }
  /** Full syncs are skipped (`BATON_SKIP_FULL_SYNC`), so this one is only checked. */
  | { readonly _tag: "SyncSkipped"; readonly taskId: string }
  /** The task named a storage engine that Rollcall does not write; it gets a v1 file. */
  | { readonly _tag: "EngineUnsupported"; readonly taskId: string; readonly engine: string }
  | UploadEvent
  | { readonly _tag: "UploadFinished"; readonly taskId: string; readonly bytes: number }
  /** The log of tasks that C1 wanted to look into went out after the file of a sync, or could not. */
  | { readonly _tag: "DebugLogUploaded"; readonly taskId: string; readonly bytes: number }
  | { readonly _tag: "DebugLogFailed"; readonly taskId: string; readonly error: C1Error }
  /** The loop was interrupted: no further task is asked for, and this many are brought to an end. */
  | { readonly _tag: "Stopping"; readonly tasks: number }

/** Who is told of events; nobody by default. */
export const C1Events = Context.Reference<(event: C1Event) => Effect.Effect<void>>("@rollcall/c1-tasks/C1Events", {
  defaultValue: () => () => Effect.void,
})
