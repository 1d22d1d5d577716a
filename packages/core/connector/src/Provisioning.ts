// How a connector changes who holds an entitlement: one principal at a time, as plain calls. Reading first, writing to
// the audit log, verifying and going on after a failure is the work of `applyChanges`.
import type { Effect } from "effect"
import { Schema } from "effect"
import type { ConnectorError } from "./ConnectorError.ts"
import { ResourceId } from "./model.ts"

/** An entitlement as far as a change needs to know it. */
export const EntitlementReference = Schema.Struct({ id: Schema.String, resource: ResourceId, slug: Schema.String })
export type EntitlementReference = typeof EntitlementReference.Type

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
  /** `true` where some holders could not be read: what compares all of them with a list must not go by these. */
  readonly isPartial?: true | undefined
}

/** What a read of holders says, whichever of its two forms a connector gives it. */
export const toEntitlementHolders = (read: ReadonlyArray<ResourceId> | EntitlementHolders): EntitlementHolders =>
  "holders" in read ? read : { holders: read }

/** A principal that a name means, with what the look-up showed of it. */
export interface FoundPrincipal extends ResourceId {
  readonly displayName?: string
  readonly address?: string
  readonly isInactive?: boolean
  /** Why the system will refuse to grant anything to it, which completes "it is …": `deactivated`, `a guest`. */
  readonly ineligible?: string
  /** What it may do beyond others, as the system calls it: `Workspace Owner`; absent where it may not, or was not looked up. */
  readonly privilege?: string
  /** Further ids under which the system may list the same principal; absent where they were not looked up. */
  readonly aliases?: ReadonlyArray<string>
}

/** A name that means no one principal. */
export interface UnclearPrincipal {
  /**
   * - `ambiguous`: several principals have the address.
   * - `deactivated`: several have it, all of them deactivated.
   * - `mismatching`: two lists of the system show it for different principals.
   */
  readonly unclear: "ambiguous" | "deactivated" | "mismatching"
  /** All that it may mean, as people are to read it: their ids, with the list that shows each where lists differ. */
  readonly candidates: ReadonlyArray<string>
}

/**
 * Which entitlements of a resource type can be granted and revoked: their slugs; or, where the system names them itself, as with
 * custom roles, what a slug looks like. Of one that it looks like and the system does not have, `holders` fails with `NotFound`.
 */
export type GrantableSlugs = ReadonlyArray<string> | RegExp

/** The writing side of a connector. Only types with the capability `provision` are asked for. */
export interface Provisioning<R = never> {
  /**
   * By resource type, for each type with the capability `provision`. A change of any other entitlement, such as one that is
   * mistyped, is refused before anything is asked or written. With several on a resource, the functions below look at `slug`.
   */
  readonly slugs: Readonly<Record<string, GrantableSlugs>>
  /** Everyone who holds the entitlement now. */
  readonly holders: (
    entitlement: EntitlementReference,
  ) => Effect.Effect<ReadonlyArray<ResourceId> | EntitlementHolders, ConnectorError, R>
  /**
   * Adds one holder and touches no other holder and no other entitlement. Where a principal holds only one of several on a
   * resource, such as one of its roles, and holds another, it fails with `Refused` by `settings` and writes nothing.
   * A failure that may have taken effect is `uncertain`.
   */
  readonly grant: (
    entitlement: EntitlementReference,
    principal: ResourceId,
  ) => Effect.Effect<WriteAnswer, ConnectorError, R>
  /** Removes one holder and touches no other. */
  readonly revoke: (
    entitlement: EntitlementReference,
    principal: ResourceId,
  ) => Effect.Effect<WriteAnswer, ConnectorError, R>
  /**
   * Further ids under which the system may list the principal; absent where it has one id for each. Asked only where the system
   * does not list a principal that is to lose something, or that was granted something.
   */
  readonly aliasesOf?: (principal: ResourceId) => Effect.Effect<ReadonlyArray<string>, ConnectorError, R>
  /** Resource types whose resources can be granted something. */
  readonly principalTypes: ReadonlyArray<string>
  /**
   * What ids of principals look like; any other text, perhaps a name, is refused before it is sent or recorded. Any text
   * that is not blank where it is absent.
   */
  readonly principalIds?: RegExp
  /**
   * Everybody who may do more than others and is active, as `FoundPrincipal.privilege` says; absent where the system does not tell.
   * Asked only where one of them is to lose access.
   */
  readonly privileged?: Effect.Effect<ReadonlyArray<ResourceId>, ConnectorError, R>
  /**
   * The principals that people mean by these names: their ids in the system, or e-mail addresses. A name that means nobody is
   * absent from the result. An id is looked up like an address, since taking something from an id that is mistyped would look
   * as if it had been taken before. With `foresee`, what the system will refuse is looked up too, at further calls if need be.
   * Fails where a list is not whole and one of the names is not found in it.
   */
  readonly findPrincipals: (
    names: ReadonlyArray<string>,
    options?: { readonly foresee?: boolean },
  ) => Effect.Effect<ReadonlyMap<string, FoundPrincipal | UnclearPrincipal>, ConnectorError, R>
}
