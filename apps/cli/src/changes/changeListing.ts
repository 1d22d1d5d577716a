// How the results of changes are printed.
import type { ChangeResult } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import type { Listing } from "../render/printListing.ts"

/** Results as a table, and as JSON. */
export const changeListing: Listing<ChangeResult> = {
  name: "changes",
  columns: [
    { title: "Entitlement", value: ({ change }) => change.entitlement.id },
    { title: "Principal", value: ({ change }) => formatResourceId(change.principal) },
    { title: "Outcome", value: ({ outcome }) => outcome },
    { title: "Reason", value: (result) => (result.outcome === "failed" ? result.failure.message : "") },
  ],
  json: (result) => Effect.succeed(changeJson(result)),
}

/** A result as JSON. */
export const changeJson = (result: ChangeResult): object => ({
  entitlement: result.change.entitlement.id,
  principal: formatResourceId(result.change.principal),
  outcome: result.outcome,
  ...(result.outcome === "failed" ? { reason: result.failure.message, hint: result.failure.hint } : {}),
})
