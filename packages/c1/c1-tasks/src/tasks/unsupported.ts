// Tasks that no connector of Rollcall can do. Each is finished, with the code that tells C1 why.
import { Code } from "@connectrpc/connect"
import { provisioningIsOff } from "./changes.ts"
import type { TaskKind } from "../C1Event.ts"
import { TaskFailure } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"

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
export const unsupported = ({ connector, provisioning }: TaskSetup, kind: TaskKind): TaskFailure => {
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
