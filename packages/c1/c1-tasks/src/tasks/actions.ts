// The tasks about actions: which there are, one of them, running it, and what has become of an invocation.
import { Code } from "@connectrpc/connect"
import { MalformedMessage } from "@rollcall/c1-protocol"
import type {
  Task_ActionGetSchemaTask,
  Task_ActionInvokeTask,
  Task_ActionListSchemasTask,
  Task_ActionStatusTask,
} from "@rollcall/c1-protocol/messages"
import type { TaskSuccess } from "@rollcall/c1-protocol/service"
import {
  actionStatusResponse,
  getActionSchemaResponse,
  invokeActionResponse,
  listActionSchemasResponse,
  rateLimitDescription,
  toActionValues,
} from "@rollcall/c1-protocol/service"
import { checkAction, lacksCredentialToRun } from "@rollcall/connector"
import { Effect } from "effect"
import { neverBegun } from "./ActionRuns.ts"
import { failureOf, malformed, preconditionFailed, TaskFailure } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"

/** Lists the actions, all of them or those of one resource type. */
export const actionListSchemas = (
  { connector: { actions = [] } }: TaskSetup,
  { resourceTypeId }: Task_ActionListSchemasTask,
): TaskSuccess => ({
  response: listActionSchemasResponse(
    resourceTypeId === "" ? actions : actions.filter(({ resourceType }) => resourceType === resourceTypeId),
  ),
})

/** The schema of the action; `NotFound` where there is none of this name. */
export const actionGetSchema = Effect.fn("C1.actionGetSchema")(function* (
  { connector }: TaskSetup,
  task: Task_ActionGetSchemaTask,
) {
  if (task.name === "") return yield* malformed("action get schema", "it names no action")
  const action = connector.actions?.find(({ name }) => name === task.name)
  if (action === undefined) {
    const lacksCredential = lacksCredentialToRun(connector, task.name)
    if (lacksCredential !== undefined) return yield* preconditionFailed(lacksCredential)
    return yield* new TaskFailure({
      code: Code.NotFound,
      message: `${connector.displayName} has no action ${task.name}.`,
      retryable: false,
    })
  }
  return { response: getActionSchemaResponse(action) }
})

/** Runs the action; `NotFound` where there is none of this name. */
export const actionInvoke = Effect.fn("C1.actionInvoke")(function* (
  { connector, actionRuns }: TaskSetup,
  task: Task_ActionInvokeTask,
) {
  if (task.name === "") return yield* malformed("action invoke", "it names no action")
  const action = connector.actions?.find(
    ({ name, resourceType = "" }) => name === task.name && resourceType === task.resourceTypeId,
  )
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
  yield* checkAction(connector, action.name, values).pipe(
    Effect.catch((error) =>
      error._tag === "ConnectorError" && neverBegun.has(error.reason._tag)
        ? Effect.flatMap(failureOf(error), Effect.fail)
        : Effect.void,
    ),
  )
  const run = yield* actionRuns.start(connector, action.name, values)
  const response = invokeActionResponse(run)
  if (run.state._tag !== "Failed") return { response }
  const { message, rateLimit, isRefusal = false } = run.state
  return yield* new TaskFailure({
    code: isRefusal ? Code.FailedPrecondition : Code.Unknown,
    message,
    retryable: !isRefusal,
    response,
    details: rateLimit && [rateLimitDescription(rateLimit)],
  })
})

/** The status by the invocation's id; `NotFound` where this process does not know it. */
export const actionStatus = Effect.fn("C1.actionStatus")(function* (
  { actionRuns }: TaskSetup,
  task: Task_ActionStatusTask,
) {
  if (task.id === "") return yield* malformed("action status", "no invocation is named")
  const run = actionRuns.find(task.id)
  if (run === undefined) {
    return yield* new TaskFailure({
      code: Code.NotFound,
      message: `No invocation ${task.id} is known: it is of another process, or of long ago. Invoke the action again; what is done stays as it is.`,
      retryable: false,
    })
  }
  return { response: actionStatusResponse(run) }
})
