// Who holds an entitlement, by a live read.
import type { Connector, ConnectorError, EntitlementHolders, EntitlementReference } from "@rollcall/connector"
import { toEntitlementHolders } from "@rollcall/connector"
import { Clock, Effect } from "effect"

/** Who holds an entitlement, and when the read of it began: milliseconds since the epoch. */
export interface ReadHolders {
  readonly read: EntitlementHolders
  readonly readAt: number
}

/** Reads who holds an entitlement. */
export const readHolders = Effect.fn("Leases.readHolders")(function* <R>(
  { provisioning }: Pick<Connector<R>, "provisioning">,
  entitlement: EntitlementReference,
): Effect.fn.Return<ReadHolders, ConnectorError, R> {
  const readAt = yield* Clock.currentTimeMillis
  const read =
    provisioning === undefined ? { holders: [] } : toEntitlementHolders(yield* provisioning.holders(entitlement))
  return { read, readAt }
})

/** Whether the system does not know it any more. */
export const isGone = ({ reason }: ConnectorError): boolean => reason._tag === "NotFound"
