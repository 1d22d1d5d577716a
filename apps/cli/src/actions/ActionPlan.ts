// What a run of an action is to do, as the flags and the list say it.
import type { ActionDeclaration, ActionValues, AuditOrigin, FoundPrincipal } from "@rollcall/connector"
import type { ChangePlan } from "../changes/ChangePlan.ts"

/** What is to be carried out, and how. */
export interface ActionPlan extends Pick<ChangePlan, "yes" | "mayAsk" | "auditFile" | "format" | "quiet" | "single"> {
  readonly action: ActionDeclaration
  /** The arguments of each run; accounts are named by their ids. */
  readonly all: ReadonlyArray<ActionValues>
  /** What is known of the accounts, by their ids. */
  readonly people: ReadonlyMap<string, FoundPrincipal>
  /** Does it even to the account that the token belongs to. */
  readonly evenMyself: boolean
  readonly origin: AuditOrigin
}

/** The account that a run is about, by the first argument that names one. */
export const accountIn = ({ arguments: fields }: ActionDeclaration, values: ActionValues): string | undefined => {
  const field = fields.find(({ isPrincipal }) => isPrincipal === true)
  return field === undefined ? undefined : String(values[field.name])
}
