// Who is to gain or lose an entitlement, and what came of it.
import { Schema } from "effect"
import type { ConnectorError } from "../ConnectorError.ts"
import { ResourceId } from "../model.ts"
import { EntitlementReference } from "../Provisioning.ts"

/** Whether principals are to hold an entitlement or not. */
export const ChangeIntent = Schema.Literals(["grant", "revoke"])
export type ChangeIntent = typeof ChangeIntent.Type

/** One principal, one entitlement. Nothing else is touched. */
export const Change = Schema.Struct({
  entitlement: EntitlementReference,
  principal: ResourceId,
  /** Further ids under which the system may list the principal; absent where they are not known. */
  aliases: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Why it is asked for, in place of the reason of the whole run (`AuditOrigin`). */
  statedReason: Schema.optionalKey(Schema.String),
  /** Why the system will refuse a grant, where that is known, which completes "it is …"; a dry run reports it. */
  ineligible: Schema.optionalKey(Schema.String),
})
export type Change = typeof Change.Type

/** A change, and which way it goes. */
export type IntendedChange = Change & { readonly intent: ChangeIntent }

/**
 * What came of a change, with the name of the entitlement's resource where a read showed it:
 * - `changed`: written, and proven by the system's answer or by a read.
 * - `already`: nothing was to be done; or a grant whose reply was lost turned out to have taken effect. A removal that was
 *   sent is never `already`.
 * - `wouldChange`: a dry run found something to do.
 * - `failed`: refused, or not proven; `failure` says why.
 * - `notTried`: the run was stopped before it, or its entitlement was given up as the server failed again and again.
 */
export type ChangeResult = { readonly change: IntendedChange; readonly resourceName?: string } & (
  | { readonly outcome: "changed" | "already" | "wouldChange" | "notTried" }
  | { readonly outcome: "failed"; readonly failure: ConnectorError }
)

/** People whom nobody here added, and who came to hold an entitlement while it was changed: by another writer, as a rule. */
export interface Newcomers {
  readonly entitlement: string
  /** Their ids, as `user:U0123`. */
  readonly principals: ReadonlyArray<string>
}
