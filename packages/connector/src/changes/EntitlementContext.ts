// What all changes of one entitlement have in common, and the little arithmetic on who holds it.
import { Effect } from "effect"
import type { Tenant } from "../Connector.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import type { ResourceId } from "../model/Resource.ts"
import { formatResourceId } from "../model/Resource.ts"
import type { EntitlementReference, Provisioning } from "../Provisioning.ts"
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

/** Ids of those who hold the entitlement. */
export type Held = Set<string>

/** The ids of these holders. */
export const heldBy = (holders: ReadonlyArray<ResourceId>): Held => new Set(holders.map(formatResourceId))

/** Who holds the entitlement now. */
export const readHolders = <R>({ provisioning, entitlement }: EntitlementContext<R>) =>
  Effect.map(provisioning.holders(entitlement), heldBy)

/** Whether nothing is left to do for the change. */
export const isMet = <R>(
  { intent }: EntitlementContext<R>,
  { principal }: Change,
  held: ReadonlySet<string>,
): boolean => held.has(formatResourceId(principal)) === (intent === "grant")

/** Makes the change in what is known of the holders: in place, as a list may name many thousands. */
export const noteChange = <R>({ intent }: EntitlementContext<R>, { principal }: Change, held: Held): void => {
  const id = formatResourceId(principal)
  if (intent === "grant") held.add(id)
  else held.delete(id)
}

/** A credential that is lost and a system that is away meet every further change in the same way. */
export const endsTheRun = ({ reason, mayBeLocal }: ConnectorError): boolean =>
  reason === "CredentialRejected" || (reason === "Unavailable" && mayBeLocal !== true)

/** Settles all of these as failed for one reason. */
export const failAll = <R>(
  { settle }: EntitlementContext<R>,
  changes: ReadonlyArray<Change>,
  failure: ConnectorError,
) => Effect.forEach(changes, (change) => settle({ change, outcome: "failed", failure }), { discard: true })
