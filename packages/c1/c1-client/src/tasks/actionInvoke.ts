// An action_invoke task: runs an action. One that has not ended after a second is answered as running, and C1 asks for its
// status; one that failed is an error that C1 may repeat, since an action leaves alone what is done.
import { Code } from "@connectrpc/connect"
import { MalformedMessage } from "@rollcall/c1-protocol"
import type { Task_ActionInvokeTask } from "@rollcall/c1-protocol/messages"
import { invokeActionResponse, rateLimitDescription, toActionValues } from "@rollcall/c1-protocol/service"
import { checkOwnAccount, lacksCredentialToRun } from "@rollcall/connector"
import { Effect } from "effect"
import { failureOf } from "./failureOf.ts"
import { malformed, preconditionFailed, TaskFailure } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"

/** Runs the action; `NotFound` where there is none of this name. */
export const actionInvoke = Effect.fn("C1.actionInvoke")(function* (
  { connector, actionRuns }: TaskSetup,
  task: Task_ActionInvokeTask,
) {
  if (task.name === "") return yield* malformed("action invoke", "it names no action")
  const action = task.resourceTypeId === "" ? connector.actions?.find(({ name }) => name === task.name) : undefined
  if (action === undefined) {
    const lacksCredential = task.resourceTypeId === "" ? lacksCredentialToRun(connector, task.name) : undefined
    if (lacksCredential !== undefined) return yield* preconditionFailed(lacksCredential)
    return yield* new TaskFailure({
      code: Code.NotFound,
      message: `${connector.displayName} has no action ${task.name}${task.resourceTypeId === "" ? "" : ` for ${task.resourceTypeId}`}.`,
      retryable: false,
    })
  }
  const values = toActionValues(task.args, action.arguments)
  if (values instanceof MalformedMessage) return yield* malformed("action invoke", values.message)
  // Before it is on its way, as C1 is to be told that it was never begun. Any other failure is told by the run itself.
  yield* checkOwnAccount(connector, action.name, values).pipe(
    Effect.catchIf(
      ({ reason }) => reason !== "OwnAccount",
      () => Effect.void,
    ),
    Effect.catch((error) => Effect.flatMap(failureOf(error), Effect.fail)),
  )
  const run = yield* actionRuns.start(connector, action.name, values)
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
