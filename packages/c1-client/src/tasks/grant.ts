// A grant task: one principal is to hold one entitlement. For how long (`duration`) is left out, as no connector can say
// it to its system; C1 revokes when the time is over.
import { create } from "@bufbuild/protobuf"
import type { Task_GrantTask } from "@rollcall/c1-protocol/messages"
import { GrantAlreadyExistsSchema, GrantManagerServiceGrantResponseSchema } from "@rollcall/c1-protocol/messages"
import { Effect } from "effect"
import { changeHolder } from "./changeHolder.ts"
import { malformed } from "./malformed.ts"
import { readChange } from "./readChange.ts"
import { packed } from "./TaskResult.ts"
import type { TaskSetup } from "./TaskSetup.ts"

/** Grants; where the principal holds the entitlement already, says so with `GrantAlreadyExists`. */
export const grant = Effect.fn("C1.grant")(function* (setup: TaskSetup, task: Task_GrantTask) {
  const change = readChange(task.entitlement, task.principal)
  if ("problem" in change) return yield* malformed("grant", change.problem)
  const outcome = yield* changeHolder(setup, "grant", change)
  const annotations = outcome === "already" ? [packed(GrantAlreadyExistsSchema, create(GrantAlreadyExistsSchema))] : []
  const response = create(GrantManagerServiceGrantResponseSchema, { annotations })
  return { response: packed(GrantManagerServiceGrantResponseSchema, response), annotations }
})
