// How actions, and what came of one, are printed.
import type { ActionDeclaration, ActionOutcome } from "@rollcall/connector"
import { Effect } from "effect"
import type { Listing } from "../render/printListing.ts"
import { argumentFlag } from "./argumentFlags.ts"

/** An action and whose it is. */
export interface ListedAction extends ActionDeclaration {
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

/** What came of an action: the values that it gives are columns, and in JSON the member `result`. */
export const outcomeListing = (action: ActionDeclaration): Listing<ActionOutcome> => ({
  name: "actions",
  columns: [
    { title: "Action", value: (done) => done.action },
    { title: "Outcome", value: (done) => done.outcome },
    ...action.returns.map(({ name, displayName }) => ({
      title: displayName,
      value: (done: ActionOutcome) => String(done.values[name] ?? ""),
    })),
  ],
  json: outcomeJson,
})

/** What came of an action, as JSON. */
export const outcomeJson = ({ action, outcome, values }: ActionOutcome) =>
  Effect.succeed({ action, outcome, result: values })
