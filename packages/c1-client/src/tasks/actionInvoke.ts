// An action_invoke task: runs an action. One that has not ended after a second is answered as running, and C1 asks for its
// status; one that failed is an error that C1 may repeat, since an action leaves alone what is done.
import { create, type JsonObject, type JsonValue } from "@bufbuild/protobuf"
import { Code } from "@connectrpc/connect"
import type { Task_ActionInvokeTask } from "@rollcall/c1-protocol/messages"
import { BatonActionStatus, InvokeActionResponseSchema } from "@rollcall/c1-protocol/messages"
import type { Action, ActionValue, ActionValues } from "@rollcall/connector"
import { Effect } from "effect"
import type { ActionRun, ActionState } from "./ActionRuns.ts"
import { malformed } from "./malformed.ts"
import { packed, TaskFailure } from "./TaskResult.ts"
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
  const run = yield* actionRuns.start(connector, action.name, argumentsOf(action, task.args ?? {}))
  const response = packed(
    InvokeActionResponseSchema,
    create(InvokeActionResponseSchema, { id: run.id, name: run.name, ...statusOf(run) }),
  )
  if (run.state._tag !== "Failed") return { response }
  return yield* new TaskFailure({ code: Code.Unknown, message: run.state.message, retryable: true, response })
})

const statuses: Readonly<Record<ActionState["_tag"], BatonActionStatus>> = {
  Running: BatonActionStatus.RUNNING,
  Complete: BatonActionStatus.COMPLETE,
  Failed: BatonActionStatus.FAILED,
}

/** The status of an invocation and what it gave, as C1's messages about it have them. */
export const statusOf = ({
  state,
}: ActionRun): { readonly status: BatonActionStatus; readonly response?: JsonObject } => ({
  status: statuses[state._tag],
  ...(state._tag === "Complete" ? { response: { ...state.values } } : {}),
  ...(state._tag === "Failed" ? { response: { error: state.message } } : {}),
})

/** The arguments that the action knows. A value of another kind counts as missing, which the action then says. */
const argumentsOf = (action: Action, args: JsonObject): ActionValues =>
  Object.fromEntries(
    action.arguments.flatMap(({ name }) => {
      const value = args[name]
      return isActionValue(value) ? [[name, value] as const] : []
    }),
  )

const isActionValue = (value: JsonValue | undefined): value is ActionValue =>
  typeof value === "string" || typeof value === "boolean"
