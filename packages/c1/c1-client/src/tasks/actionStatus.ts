// An action_status task: what has become of an invocation. It succeeds whatever became of it.
import { Code } from "@connectrpc/connect"
import type { Task_ActionStatusTask } from "@rollcall/c1-protocol/messages"
import { actionStatusResponse } from "@rollcall/c1-protocol/service"
import { Effect } from "effect"
import { malformed, TaskFailure } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"

/** The status by the invocation's id; `NotFound` where this process does not know it. */
export const actionStatus = Effect.fn("C1.actionStatus")(function* (
  { actionRuns }: TaskSetup,
  task: Task_ActionStatusTask,
) {
  if (task.id === "") return yield* malformed("action status", "it names no invocation")
  const run = actionRuns.find(task.id)
  if (run === undefined) {
    return yield* new TaskFailure({
      code: Code.NotFound,
      message: `No invocation ${task.id} is known: it is of another process, or of long ago. Invoke the action again; what is done is left alone.`,
      retryable: false,
    })
  }
  return { response: actionStatusResponse(run) }
})
