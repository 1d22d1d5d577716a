// Grant and revoke tasks: one principal is to hold one entitlement, or no more. Each goes through the core: read, write once,
// prove, with a line in the audit log before and after. For how long (`duration`) no connector can report to its system, and C1 revokes
// when the time is over; it is told to whoever keeps leases, as the lease of the audit log's origin.
import { Code } from "@connectrpc/connect"
import { MalformedMessage } from "@rollcall/c1-protocol"
import type { Task, Task_GrantTask, Task_RevokeTask } from "@rollcall/c1-protocol/messages"
import {
  grantMillisOf,
  grantResponse,
  grantTaskToChange,
  revokeResponse,
  revokeTaskToChange,
} from "@rollcall/c1-protocol/service"
import type { Change, ChangeIntent, IntendedChange } from "@rollcall/connector"
import { applyChanges, AuditOrigin, lacksCredentialFor } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { failureOf, malformed, preconditionFailed, TaskFailure } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"

/** Grants; where the principal holds the entitlement already, says so with `GrantAlreadyExists`. */
export const grant = Effect.fn("C1.grant")(function* (setup: TaskSetup, taskId: string, task: Task_GrantTask) {
  const change = grantTaskToChange(task)
  if (change instanceof MalformedMessage) return yield* malformed("grant", change.message)
  const { ...origin } = yield* AuditOrigin
  const end = (yield* Clock.currentTimeMillis) + (grantMillisOf(task) ?? Number.POSITIVE_INFINITY)
  const lease = end > latest ? undefined : ({ id: taskId, endsAt: new Date(end).toISOString(), kind: "c1" } as const)
  return grantResponse(
    yield* Effect.provideService(applyOne(setup, "grant", change), AuditOrigin, { ...origin, lease }),
  )
})

/** The last instant whose year has four digits; what lasts longer is taken to have no end. */
const latest = Date.UTC(9999, 11, 31)

/** Revokes; where the principal does not hold the entitlement, says so with `GrantAlreadyRevoked`. */
export const revoke = Effect.fn("C1.revoke")(function* (setup: TaskSetup, task: Task_RevokeTask) {
  const change = revokeTaskToChange(task)
  if (change instanceof MalformedMessage) return yield* malformed("revoke", change.message)
  return revokeResponse(yield* applyOne(setup, "revoke", change))
})

/** The change that a task asks for; nothing where it asks for none, or for none that can be understood. */
export const changeIn = ({ taskType }: Task): IntendedChange | undefined => {
  const intended = (intent: ChangeIntent, change: Change | MalformedMessage) =>
    change instanceof MalformedMessage ? undefined : { ...change, intent }
  if (taskType.case === "grant") return intended("grant", grantTaskToChange(taskType.value))
  return taskType.case === "revoke" ? intended("revoke", revokeTaskToChange(taskType.value)) : undefined
}

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
