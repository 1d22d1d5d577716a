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

/** An entitlement with that id. Its purpose is `assignment`, and its name describes it, where nothing else is said. */
export const entitlementOf = (
  resource: ResourceId,
  slug: string,
  facts: Pick<Entitlement, "displayName" | "grantableTo"> & Partial<Pick<Entitlement, "description" | "purpose">>,
): Entitlement => ({
  id: entitlementId(resource, slug),
  resource,
  slug,
  description: facts.displayName,
  purpose: "assignment",
  ...facts,
})

/**
 * The parts of an entitlement's id. Resource types and slugs hold no colon, so the first and the last one are the seams,
 * whatever the resource's id holds. Absent where the text is no such id.
 */
export const parseEntitlementId = (id: string): Pick<Entitlement, "id" | "resource" | "slug"> | undefined => {
  const parts = /^(?<resourceType>[^:]+):(?<resource>.+):(?<slug>[^:]+)$/su.exec(id)?.groups
  const { resourceType, resource, slug } = parts ?? {}
  return resourceType === undefined || resource === undefined || slug === undefined
    ? undefined
    : { id, resource: { resourceType, resource }, slug }
}
