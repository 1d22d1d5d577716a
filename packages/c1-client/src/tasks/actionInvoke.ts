// An action_invoke task: runs an action. One that has not ended after a second is answered as running, and C1 asks for its
// status; one that failed is an error that C1 may repeat, since an action leaves alone what is done.
import { Code } from "@connectrpc/connect"
import type { Task_ActionInvokeTask } from "@rollcall/c1-protocol/messages"
import { invokeActionResponse, rateLimitDescription, toActionValues } from "@rollcall/c1-protocol/service"
import { Effect } from "effect"
import { malformed } from "./malformed.ts"
import { TaskFailure } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"

/** Runs the action; `NotFound` where there is none of this name. */
export const actionInvoke = Effect.fn("C1.actionInvoke")(function* (
  { connector, actionRuns }: TaskSetup,
  task: Task_ActionInvokeTask,
) {
  if (task.name === "") return yield* malformed("action invoke", "it names no action")
  const action = task.resourceTypeId === "" ? connector.actions?.find(({ name }) => name === task.name) : undefined
  if (action === undefined) {
    return yield* new TaskFailure({
      code: Code.NotFound,
      message: `${connector.displayName} has no action ${task.name}${task.resourceTypeId === "" ? "" : ` for ${task.resourceTypeId}`}.`,
      retryable: false,
    })
  }
  const run = yield* actionRuns.start(connector, action.name, toActionValues(task.args, action.arguments))
  const response = invokeActionResponse(run)
  if (run.state._tag !== "Failed") return { response }
  const { message, rateLimit } = run.state
  return yield* new TaskFailure({
    code: Code.Unknown,
    message,
    retryable: true,
    response,
    ...(rateLimit === undefined ? {} : { details: [rateLimitDescription(rateLimit)] }),
  })
})
