// An action_get_schema task: one action by its name.
import { Code } from "@connectrpc/connect"
import type { Task_ActionGetSchemaTask } from "@rollcall/c1-protocol/messages"
import { getActionSchemaResponse } from "@rollcall/c1-protocol/service"
import { lacksCredentialToRun } from "@rollcall/connector"
import { Effect } from "effect"
import { malformed, preconditionFailed, TaskFailure } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"

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
