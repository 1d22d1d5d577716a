// A task that was interrupted. C1 may give it again: what a sync had read so far is still there.
import { Code } from "@connectrpc/connect"
import { Effect } from "effect"
import type { CancelledBy } from "../C1Event.ts"
import { C1Events } from "../C1Event.ts"
import { TaskFailure } from "./TaskFailure.ts"

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
export const cancel = (taskId: string, by: CancelledBy): Effect.Effect<never, TaskFailure> =>
  Effect.gen(function* () {
    const emit = yield* C1Events
    yield* emit({ _tag: "TaskCancelled", taskId, by })
    return yield* new TaskFailure({ code: Code.Canceled, message: messages[by], retryable: true })
  })
