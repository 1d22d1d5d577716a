// A revoke task: one principal is to hold one entitlement no more.
import { MalformedMessage } from "@rollcall/c1-protocol"
import type { Task_RevokeTask } from "@rollcall/c1-protocol/messages"
import { revokeResponse, revokeTaskToChange } from "@rollcall/c1-protocol/service"
import { Effect } from "effect"
import { applyOne } from "./applyOne.ts"
import { malformed } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"

/** Revokes; where the principal does not hold the entitlement, says so with `GrantAlreadyRevoked`. */
export const revoke = Effect.fn("C1.revoke")(function* (setup: TaskSetup, task: Task_RevokeTask) {
  const change = revokeTaskToChange(task)
  if (change instanceof MalformedMessage) return yield* malformed("revoke", change.message)
  return revokeResponse(yield* applyOne(setup, "revoke", change))
})
