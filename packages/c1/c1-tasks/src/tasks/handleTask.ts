// From a task to what comes of it. Hello and "none" are not here: they are not finished. Tasks that no connector of Rollcall
// can do are finished, with the code that tells C1 why.
import { Code } from "@connectrpc/connect"
import type { C1Service } from "@rollcall/c1-client"
import type { Task } from "@rollcall/c1-protocol/messages"
import type { TaskSuccess } from "@rollcall/c1-protocol/service"
import { listEventFeedsResponse } from "@rollcall/c1-protocol/service"
import type { AuditLog } from "@rollcall/connector"
import { Effect } from "effect"
import type { TaskKind } from "../C1Event.ts"
import { kindOf } from "../C1Event.ts"
import { actionGetSchema, actionInvoke, actionListSchemas, actionStatus } from "./actions.ts"
import { grant, provisioningIsOff, revoke } from "./changes.ts"
import { syncFull } from "./syncFull.ts"
import { TaskFailure } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"

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
      return grant(setup, task.id, taskType.value)
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

/** What each would need. The kinds of the first group stand behind the same switch as grants. */
const needs: Partial<Record<TaskKind, { readonly what: string; readonly isProvisioning?: true }>> = {
  createAccount: { what: "creating accounts", isProvisioning: true },
  createResource: { what: "creating resources", isProvisioning: true },
  deleteResource: { what: "deleting resources", isProvisioning: true },
  rotateCredentials: { what: "rotating credentials", isProvisioning: true },
  issueCredential: { what: "issuing credentials", isProvisioning: true },
  createTicketTask: { what: "tickets" },
  listTicketSchemas: { what: "tickets" },
  getTicket: { what: "tickets" },
  bulkCreateTickets: { what: "tickets" },
  bulkGetTickets: { what: "tickets" },
  listEvents: { what: "event feeds" },
}

/** Why a task of this kind is not done. */
const unsupported = ({ connector, provisioning }: TaskSetup, kind: TaskKind): TaskFailure => {
  const need = needs[kind]
  // No connector at all does these in service mode, nor what only a newer C1 knows; so C1 may ask another version.
  if (need === undefined)
    return new TaskFailure({ code: Code.Unknown, message: "unsupported task type", retryable: true })
  if (need.isProvisioning === true && !provisioning) return provisioningIsOff
  return new TaskFailure({
    code: Code.Unimplemented,
    message: `unsupported task type: ${connector.displayName} does not offer ${need.what}, as its capabilities say.`,
    retryable: false,
  })
}
