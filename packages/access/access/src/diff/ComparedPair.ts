// Two syncs of one workspace that are held against each other, and what either knows of one resource.
import type { ResourceId, ResourceStatus, StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { AccessReader, ShownResource } from "../AccessReader.ts"
import type { AccountAttributes } from "../accountAttributes.ts"
import type { ChangedEntitlement, ChangedSubject } from "./Change.ts"
import type { Comparable } from "./comparable.ts"

/** The two syncs and what can be told of their differences. */
export interface ComparedPair {
  readonly before: AccessReader
  readonly after: AccessReader
  readonly comparable: Comparable
  /** The resource types of either sync, with what their resources are. */
  readonly types: ReadonlyMap<string, "account" | "group" | "role" | "app" | "resource">
  /**
   * Whether the words for a status mean the same in both: only what one connector wrote. Another may say `deleted` for what
   * this one calls `disabled`.
   */
  readonly sameStatusWords: boolean
}

/** A resource as one sync shows it. */
export type Shown = ShownResource

/** A resource as a sync shows it; `undefined` where the sync does not list it. */
export const shownBy = (access: AccessReader, id: ResourceId): Effect.Effect<Shown | undefined, StoreError> =>
  access.account(id)

/** Whether an account is known not to be in use. */
export const isOff = (status: ResourceStatus | undefined): boolean => status === "disabled" || status === "deleted"

/** Whether the account was disabled between the syncs, as far as both tell. */
export const wasDisabled = (before: Shown | undefined, after: Shown | undefined, { tells }: Comparable): boolean =>
  tells("status") &&
  before?.attributes.status !== undefined &&
  !isOff(before.attributes.status) &&
  isOff(after?.attributes.status)

/** A resource as a change names it. */
export const subjectOf = ({ id, displayName, attributes }: Shown): ChangedSubject => ({
  id,
  name: displayName,
  email: attributes.email ?? null,
  status: attributes.status ?? null,
  kind: knownKind(attributes) ?? null,
})

/** All that an account is, and how far a guest gets in. */
export const knownKind = ({ kind, kindText }: AccountAttributes): string | undefined =>
  kind === undefined ? undefined : kindText

/** An entitlement as a change names it. */
export const entitlementOf = (
  access: AccessReader,
  id: string,
  on: ResourceId,
): Effect.Effect<ChangedEntitlement, StoreError> =>
  Effect.map(access.entitlement(id, on), ({ slug, displayName, resource }) => ({
    id,
    name: displayName,
    slug: slug || displayName,
    resource: on,
    resourceName: resource.displayName,
  }))

/** Whether two ids name the same resource. */
export const isSame = (a: ResourceId | undefined, b: ResourceId): boolean =>
  a !== undefined && a.resourceType === b.resourceType && a.resource === b.resource
