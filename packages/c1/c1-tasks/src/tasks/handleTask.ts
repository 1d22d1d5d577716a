// From a task to what comes of it. Hello and "none" are not here: they are not finished.
import type { Task } from "@rollcall/c1-protocol/messages"
import type { TaskSuccess } from "@rollcall/c1-protocol/service"
import { listEventFeedsResponse } from "@rollcall/c1-protocol/service"
import type { AuditLog } from "@rollcall/connector"
import { Effect } from "effect"
import type { C1Service } from "@rollcall/c1-client"
import { actionGetSchema, actionInvoke, actionListSchemas, actionStatus } from "./actions.ts"
import { grant, revoke } from "./changes.ts"
import { syncFull } from "./syncFull.ts"
import { kindOf } from "../C1Event.ts"
import type { TaskFailure } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"
import { unsupported } from "./unsupported.ts"

/** Does the task. */
export const handleTask = (
  setup: TaskSetup,
  task: Task,
): Effect.Effect<TaskSuccess, TaskFailure, C1Service | AuditLog> => {
  const { taskType } = task
  switch (taskType.case) {
    case "syncFull":
      return syncFull(setup, task.id, taskType.value)
    case "grant":
      return grant(setup, taskType.value)
    case "revoke":
      return revoke(setup, taskType.value)
    case "actionListSchemas":
      return Effect.sync(() => actionListSchemas(setup, taskType.value))
    case "actionGetSchema":
      return actionGetSchema(setup, taskType.value)
    case "actionInvoke":
      return actionInvoke(setup, taskType.value)
    case "actionStatus":
      return actionStatus(setup, taskType.value)
    case "listEventFeeds":
      return Effect.succeed({ response: listEventFeedsResponse })
    default:
      return Effect.fail(unsupported(setup, kindOf(task)))
  }
}
