// A wish to change who holds an entitlement, and what came of it.
import { Context, Effect } from "effect"
import type { ConnectorError } from "../ConnectorError.ts"
import type { ResourceId } from "../model/Resource.ts"
import type { EntitlementReference } from "../Provisioning.ts"

/** Whether principals are to hold an entitlement or not. */
export type ChangeIntent = "grant" | "revoke"

/** One principal, one entitlement. Nothing else is touched. */
export interface Change {
  readonly entitlement: EntitlementReference
  readonly principal: ResourceId
}

/**
 * What came of a change:
 * - `changed`: written, and proven by the system's answer or by a read.
 * - `already`: nothing was to be done; or a write whose reply was lost turned out to have taken effect.
 * - `wouldChange`: a dry run found something to do.
 * - `failed`: refused, or not proven; `failure` says why.
 * - `notTried`: the run was cut short before it, or its entitlement was given up as the server failed again and again.
 */
export type ChangeResult =
  | { readonly change: Change; readonly outcome: "changed" | "already" | "wouldChange" | "notTried" }
  | { readonly change: Change; readonly outcome: "failed"; readonly failure: ConnectorError }

/** Who is told of each result as soon as it is certain; nobody by default. */
export const ChangeResults = Context.Reference<(result: ChangeResult) => Effect.Effect<void>>(
  "@rollcall/connector/ChangeResults",
  { defaultValue: () => () => Effect.void },
)
