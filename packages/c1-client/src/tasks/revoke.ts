// A revoke task: one principal is to hold one entitlement no more. The grant's id is not looked at: C1 sends
// "🧸_UNKNOWN_GRANT_ID" where it knows only who and what.
import { create } from "@bufbuild/protobuf"
import type { Task_RevokeTask } from "@rollcall/c1-protocol/messages"
import { GrantAlreadyRevokedSchema, GrantManagerServiceRevokeResponseSchema } from "@rollcall/c1-protocol/messages"
import { Effect } from "effect"
import { changeHolder } from "./changeHolder.ts"
import { malformed } from "./malformed.ts"
import { readChange } from "./readChange.ts"
import { packed } from "./TaskResult.ts"
import type { TaskSetup } from "./TaskSetup.ts"

/** Revokes; where the principal does not hold the entitlement, says so with `GrantAlreadyRevoked`. */
export const revoke = Effect.fn("C1.revoke")(function* (setup: TaskSetup, task: Task_RevokeTask) {
  const change = readChange(task.grant?.entitlement, task.grant?.principal)
  if ("problem" in change) return yield* malformed("revoke", change.problem)
  const outcome = yield* changeHolder(setup, "revoke", change)
  const annotations =
    outcome === "already" ? [packed(GrantAlreadyRevokedSchema, create(GrantAlreadyRevokedSchema))] : []
  const response = create(GrantManagerServiceRevokeResponseSchema, { annotations })
  return { response: packed(GrantManagerServiceRevokeResponseSchema, response), annotations }
})
