// How actions and the results of their runs are printed.
import type { ActionDeclaration, ActionResult } from "@rollcall/connector"
import { Effect } from "effect"
import type { Listing } from "@rollcall/access/render"
import type { ActionPlan } from "./ActionPlan.ts"
import { reasonColumns } from "../changes/outcomes.ts"
import { accountIn, argumentFlag } from "./ActionPlan.ts"

/** An action and whose it is. */
interface ListedAction extends ActionDeclaration {
  /** The connector's display name. */
  readonly connector: string
}

/** The actions that there are. */
export const actionListing: Listing<ListedAction> = {
  name: "actions",
  columns: [
    { title: "Action", value: (action) => action.name },
    { title: "Connector", value: (action) => action.connector },
    { title: "Display Name", value: (action) => action.displayName },
    { title: "Flags", value: (action) => action.arguments.map((field) => `--${argumentFlag(field)}`).join(" ") },
    { title: "Description", value: (action) => action.description },
  ],
  json: Effect.succeed,
}

/** The result of each run: the values that it gives, or else was given, are columns, and in JSON the member `result`. */
export const outcomeListing = (
  plan: Pick<ActionPlan, "action" | "people" | "reasons">,
  results: ReadonlyArray<ActionResult>,
): Listing<ActionResult> => {
  // A result for each run, in their order.
  const stated = new Map(results.map((result, at) => [result, plan.reasons[at]]))
  return {
    name: "actions",
    columns: [
      { title: "Action", value: () => plan.action.name },
      { title: "Outcome", value: ({ outcome }) => outcome },
      ...plan.action.returns.map(({ name, displayName }) => ({
        title: displayName,
        value: (result: ActionResult) => String(("values" in result ? result.values : result.given)[name] ?? ""),
      })),
      { title: "Name", value: (result) => personOf(plan, result).displayName ?? "" },
      { title: "Address", value: (result) => personOf(plan, result).address ?? "" },
      ...reasonColumns(results, (result) => stated.get(result)),
    ],
    json: (result) => Effect.succeed({ ...outcomeJson(plan, result), statedReason: stated.get(result) }),
  }
}

/** The result of a run, as JSON. */
export const outcomeJson = (plan: Pick<ActionPlan, "action" | "people">, result: ActionResult): object => {
  const { displayName, address } = personOf(plan, result)
  const failure = result.outcome === "failed" ? result.failure : undefined
  return {
    action: plan.action.name,
    outcome: result.outcome,
    ...("values" in result ? { result: result.values } : { arguments: result.given }),
    principalName: displayName,
    principalAddress: address,
    reason: failure?.message,
    hint: failure?.hint,
  }
}

/** The account that a run is about: its id, and what is known of it. */
export const personOf = (
  { action, people }: Pick<ActionPlan, "action" | "people">,
  { given }: ActionResult,
): { readonly id: string; readonly displayName?: string; readonly address?: string } => {
  const id = accountIn(action, given) ?? Object.values(given).join(", ")
  return { ...people.get(id), id }
}
