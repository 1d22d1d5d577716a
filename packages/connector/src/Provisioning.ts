// How a connector changes who holds an entitlement: one principal at a time, as plain calls. Reading first, writing to
// the audit log, verifying and going on after a failure is the work of `applyChanges`.
import type { Effect } from "effect"
import type { ConnectorError } from "./ConnectorError.ts"
import type { Entitlement } from "./model/Entitlement.ts"
import type { ResourceId } from "./model/Resource.ts"

/** An entitlement as far as a change needs to know it. */
export type EntitlementReference = Pick<Entitlement, "id" | "resource" | "slug">

/** What a write was answered. */
export interface WriteAnswer {
  /**
   * Everyone who holds the entitlement now, where the system's answer lists them all: it proves the write, and that nobody else
   * was touched. Left out where the answer shows none or not all.
   */
  readonly holders?: ReadonlyArray<ResourceId>
}

/** Who holds an entitlement, and what its resource is called, where one reply says both. */
export interface EntitlementHolders {
  readonly holders: ReadonlyArray<ResourceId>
  readonly resourceName?: string
}

/** What a read of holders says, whichever of its two forms a connector gives it. */
export const toEntitlementHolders = (read: ReadonlyArray<ResourceId> | EntitlementHolders): EntitlementHolders =>
  "holders" in read ? read : { holders: read }

/** The writing side of a connector. Only types with the capability `provision` are asked for. */
export interface Provisioning<R = never> {
  /** Everyone who holds the entitlement now. */
  readonly holders: (
    entitlement: EntitlementReference,
  ) => Effect.Effect<ReadonlyArray<ResourceId> | EntitlementHolders, ConnectorError, R>
  /** Adds one holder and touches no other. A failure that may have taken effect is `uncertain`. */
  readonly grant: (
    entitlement: EntitlementReference,
    principal: ResourceId,
  ) => Effect.Effect<WriteAnswer, ConnectorError, R>
  /** Removes one holder and touches no other. */
  readonly revoke: (
    entitlement: EntitlementReference,
    principal: ResourceId,
  ) => Effect.Effect<WriteAnswer, ConnectorError, R>
  /** Resource types whose resources can be granted something. */
  readonly principalTypes: ReadonlyArray<string>
  /**
   * What ids of principals look like; any other text, perhaps a name, is refused before it is sent or recorded. Any text
   * that is not blank where it is absent.
   */
  readonly principalIds?: RegExp
  /**
   * The principals that people mean by these names: their ids in the system, or e-mail addresses. A name that means
   * nobody, or more than one, is absent from the result. An id is looked up like an address, since taking something from
   * an id that is mistyped would look as if it had been taken before.
   */
  readonly findPrincipals: (
    names: ReadonlyArray<string>,
  ) => Effect.Effect<ReadonlyMap<string, ResourceId>, ConnectorError, R>
}
