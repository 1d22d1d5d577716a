// What all changes of one entitlement have in common.
import { Effect } from "effect"
import type { Tenant } from "../Connector.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import type { EntitlementReference, Provisioning } from "../Provisioning.ts"
import { toEntitlementHolders } from "../Provisioning.ts"
import type { Change, ChangeIntent, ChangeResult } from "./Change.ts"
import type { Holders } from "./Holders.ts"

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

/** Asks for further ids of the principal where they are not known, since the system may list it under one of them. */
export const learnAliases = <R>({ provisioning }: EntitlementContext<R>, change: Change, holders: Holders) =>
  provisioning.aliasesOf === undefined || change.aliases !== undefined
    ? Effect.void
    : Effect.map(provisioning.aliasesOf(change.principal), (aliases) => holders.noteAliases(change, aliases))

/** A credential that is lost and a system that is away meet every further change in the same way. */
export const endsTheRun = ({ reason, isLocal }: ConnectorError): boolean =>
  reason._tag === "CredentialRejected" || (reason._tag === "Unavailable" && !isLocal)

/** Settles all of these as failed for one reason. */
export const failAll = <R>(
  { settle }: EntitlementContext<R>,
  changes: ReadonlyArray<Change>,
  failure: ConnectorError,
) => Effect.forEach(changes, (change) => settle({ change, outcome: "failed", failure }), { discard: true })
