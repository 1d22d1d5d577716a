// Something that can be held on a resource: membership of a group, a role's assignment.
import type { ResourceId } from "./Resource.ts"
import { formatResourceId } from "./Resource.ts"

/** What can be held on a resource, and by which types of principal. */
export interface Entitlement {
  readonly id: string
  readonly resource: ResourceId
  /** The last part of the id, such as `member`. */
  readonly slug: string
  readonly displayName: string
  readonly description: string
  readonly purpose: "assignment" | "permission" | "ownership"
  /** Ids of the resource types whose resources can hold it. */
  readonly grantableTo: ReadonlyArray<string>
}

/** The id that C1's connectors give an entitlement: `<type>:<resource id>:<slug>`. */
export const entitlementId = (resource: ResourceId, slug: string): string => `${formatResourceId(resource)}:${slug}`
