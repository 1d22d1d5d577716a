// A plan, or the sync that one is to be made from, is of one connector and one tenant, and of use for them alone.
import type { Connector, Tenant } from "@rollcall/connector"
import { PlanError } from "./PlanError.ts"
import type { Plan } from "./Plan.ts"

/**
 * Why a plan or a sync cannot be used with the connector and the tenant that the credential opens, and how to choose its own; `undefined`
 * where it can. `here` is the tenant of the credential.
 */
export const ofOtherSystem = (
  what: "plan" | "sync",
  { connector: made, tenant }: Pick<Plan, "connector" | "tenant">,
  { id, displayName }: Pick<Connector, "id" | "displayName">,
  here: Pick<Tenant, "id" | "displayName">,
): PlanError | undefined => {
  const another = what === "plan" ? "make a new plan" : "name another sync"
  if (tenant.id !== here.id) {
    return new PlanError({
      reason: "OtherTenant",
      message: `The ${what} is of ${tenant.displayName} (${tenant.id}), and the token opens ${here.displayName} (${here.id}).`,
      hint: `Use the token of the workspace that the ${what} is of, or ${another}.`,
    })
  }
  if (made === id) return undefined
  return new PlanError({
    reason: "OtherTenant",
    message: `The ${what} was made with the connector ${made}, and this is ${displayName} (${id}).`,
    hint: `Choose it with --connector ${made} and a token that it takes, or ${another} of ${id}.`,
  })
}
