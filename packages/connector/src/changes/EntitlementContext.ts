// What all changes of one entitlement have in common.
import { Effect } from "effect"
import type { Tenant } from "../Connector.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import type { EntitlementReference, Provisioning } from "../Provisioning.ts"
import { toEntitlementHolders } from "../Provisioning.ts"
import type { Change, ChangeIntent, ChangeResult } from "./Change.ts"

/** Whose entitlement it is, how it is changed, and to whom the results go. */
export interface EntitlementContext<R> {
  readonly provisioning: Provisioning<R>
  readonly tenant: Tenant
  readonly intent: ChangeIntent
  readonly entitlement: EntitlementReference
  readonly dryRun: boolean
  /** Records the final result of a change and tells of it. */
  readonly settle: (result: ChangeResult) => Effect.Effect<void>
}

/** Who holds the entitlement now, and the name of its resource where the read shows it. */
export const readHolders = <R>({ provisioning, entitlement }: EntitlementContext<R>) =>
  Effect.map(provisioning.holders(entitlement), toEntitlementHolders)

/** A credential that is lost and a system that is away meet every further change in the same way. */
export const endsTheRun = ({ reason, mayBeLocal }: ConnectorError): boolean =>
  reason === "CredentialRejected" || (reason === "Unavailable" && mayBeLocal !== true)

/** Settles all of these as failed for one reason. */
export const failAll = <R>(
  { settle }: EntitlementContext<R>,
  changes: ReadonlyArray<Change>,
  failure: ConnectorError,
) => Effect.forEach(changes, (change) => settle({ change, outcome: "failed", failure }), { discard: true })
