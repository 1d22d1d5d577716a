// A grant task: one principal is to hold one entitlement. For how long (`duration`) is left out, as no connector can say
// it to its system; C1 revokes when the time is over.
import { MalformedMessage } from "@rollcall/c1-protocol"
import type { Task_GrantTask } from "@rollcall/c1-protocol/messages"
import { grantResponse, grantTaskToChange } from "@rollcall/c1-protocol/service"
import { Effect } from "effect"
import { applyOne } from "./applyOne.ts"
import { malformed } from "./TaskFailure.ts"
import type { TaskSetup } from "./TaskSetup.ts"

/** Grants; where the principal holds the entitlement already, says so with `GrantAlreadyExists`. */
export const grant = Effect.fn("C1.grant")(function* (setup: TaskSetup, task: Task_GrantTask) {
  const change = grantTaskToChange(task)
  if (change instanceof MalformedMessage) return yield* malformed("grant", change.message)
  return grantResponse(yield* applyOne(setup, "grant", change))
})
