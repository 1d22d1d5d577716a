// Grant and revoke tasks: one principal is to hold one entitlement, or no more. Each goes through the core: read, write once,
// prove, with a line in the audit log before and after. For how long (`duration`) is left out, as no connector can report it to
// its system; C1 revokes when the time is over.
import { Code } from "@connectrpc/connect"
import { MalformedMessage } from "@rollcall/c1-protocol"
import type { Task_GrantTask, Task_RevokeTask } from "@rollcall/c1-protocol/messages"
import { grantResponse, grantTaskToChange, revokeResponse, revokeTaskToChange } from "@rollcall/c1-protocol/service"
import type { Change, ChangeIntent } from "@rollcall/connector"
import { applyChanges, lacksCredentialFor } from "@rollcall/connector"
import { Effect } from "effect"
import { failureOf, malformed, preconditionFailed, TaskFailure } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"

/** Grants; where the principal holds the entitlement already, says so with `GrantAlreadyExists`. */
export const grant = Effect.fn("C1.grant")(function* (setup: TaskSetup, task: Task_GrantTask) {
  const change = grantTaskToChange(task)
  if (change instanceof MalformedMessage) return yield* malformed("grant", change.message)
  return grantResponse(yield* applyOne(setup, "grant", change))
})

/** Revokes; where the principal does not hold the entitlement, says so with `GrantAlreadyRevoked`. */
export const revoke = Effect.fn("C1.revoke")(function* (setup: TaskSetup, task: Task_RevokeTask) {
  const change = revokeTaskToChange(task)
  if (change instanceof MalformedMessage) return yield* malformed("revoke", change.message)
  return revokeResponse(yield* applyOne(setup, "revoke", change))
})

/** What a task about changes is told where they are not allowed. */
export const provisioningIsOff = new TaskFailure({
  code: Code.FailedPrecondition,
  message:
    "provisioning is not enabled. Start the worker with BATON_PROVISIONING=true to let ConductorOne change who holds what.",
  retryable: false,
})

/** Makes the change; says whether there was anything to do. */
const applyOne = Effect.fn("C1.applyOne")(function* (
  { connector, provisioning }: TaskSetup,
  intent: ChangeIntent,
  change: Change,
) {
  if (!provisioning) return yield* provisioningIsOff
  const { resourceType } = change.entitlement.resource
  const lacksCredential = lacksCredentialFor(connector, resourceType)
  if (lacksCredential !== undefined) return yield* preconditionFailed(lacksCredential)
  const canChange = connector.resourceTypes.some(({ id, capabilities }) => {
    return id === resourceType && capabilities.includes("provision")
  })
  if (!canChange || connector.provisioning === undefined) return yield* hasNoProvisioner(resourceType)

  const applied = yield* applyChanges(connector, { intent, changes: [change] }).pipe(Effect.catch(failed))
  for (const { entitlement, principals } of applied.newcomers) {
    yield* Effect.logInfo("Others gained the entitlement during a change.").pipe(
      Effect.annotateLogs({ entitlement, principals: principals.join(", ") }),
    )
  }
  const [result] = applied.results
  if (applied.stopReason?._tag === "ConnectorError" && applied.stopReason.reason._tag === "Collateral")
    return yield* failed(applied.stopReason)
  if (result?.outcome === "changed" || result?.outcome === "already") return result.outcome
  const failure = result?.outcome === "failed" ? result.failure : applied.stopReason
  return yield* failure === undefined ? Effect.die(new Error("A change failed.")) : failed(failure)
})

const failed = (error: Parameters<typeof failureOf>[0]) => Effect.flatMap(failureOf(error), Effect.fail)

const hasNoProvisioner = (resourceType: string) =>
  new TaskFailure({
    code: Code.Unimplemented,
    message: `resource type ${resourceType} does not have provisioner configured. What can be changed is shown by the connector's capabilities.`,
    retryable: false,
  })
