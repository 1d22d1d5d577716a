// How the results of changes are printed.
import type { ChangeResult } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import type { Listing } from "@rollcall/access/render"
import type { People } from "./ChangePlan.ts"

/** Results as a table, and as JSON. */
export const changeListing = (people: People): Listing<ChangeResult> => {
  const personIn = ({ change }: ChangeResult) => people.get(formatResourceId(change.principal))
  return {
    name: "changes",
    columns: [
      { title: "Entitlement", value: ({ change }) => change.entitlement.id },
      { title: "Resource", value: ({ resourceName }) => resourceName ?? "" },
      { title: "Principal", value: ({ change }) => formatResourceId(change.principal) },
      { title: "Name", value: (result) => personIn(result)?.displayName ?? "" },
      { title: "Address", value: (result) => personIn(result)?.address ?? "" },
      { title: "Outcome", value: ({ outcome }) => outcome },
      { title: "Reason", value: (result) => (result.outcome === "failed" ? result.failure.message : "") },
    ],
    json: (result) => Effect.succeed(changeJson(result, people)),
  }
}

/** A result as JSON. */
export const changeJson = (result: ChangeResult, people: People): object => {
  const { change, resourceName, outcome } = result
  const failure = outcome === "failed" ? result.failure : undefined
  const { displayName, address } = people.get(formatResourceId(change.principal)) ?? {}
  return {
    entitlement: change.entitlement.id,
    resourceName,
    principal: formatResourceId(change.principal),
    principalName: displayName,
    principalAddress: address,
    outcome,
    reason: failure?.message,
    hint: failure?.hint,
  }
}
