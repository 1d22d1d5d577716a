// One principal holding one entitlement.
import type { Entitlement } from "./Entitlement.ts"
import { entitlementId, parseEntitlementId } from "./Entitlement.ts"
import type { ResourceId } from "./Resource.ts"
import { formatResourceId } from "./Resource.ts"

/** A principal's hold on an entitlement. Both are named by id; the sink embeds whole resources where its format wants them. */
export interface Grant {
  readonly id: string
  /** The entitlement's id. */
  readonly entitlement: string
  /** The resource that the entitlement is on. */
  readonly resource: ResourceId
  readonly principal: ResourceId
  /** `true` when the grant cannot be revoked through this connector. */
  readonly immutable?: boolean
  /**
   * Set where the grant follows from one of several contributions of its step to the principal: it is kept only where the
   * contribution with this `Resource.precedence` is used. It is not published.
   */
  readonly precedence?: string
}

/** A grant with the id that C1's connectors give it: `<entitlement id>:<principal type>:<principal id>`. */
export const grantOf = (resource: ResourceId, slug: string, principal: ResourceId): Grant => {
  const entitlement = entitlementId(resource, slug)
  return { id: `${entitlement}:${formatResourceId(principal)}`, entitlement, resource, principal }
}

/**
 * The parts of a grant's id, whose principal is of one of these types: the last `:<type>:` in it is the seam. Absent
 * where the text is no such id.
 */
export const parseGrantId = (
  id: string,
  principalTypes: ReadonlyArray<string>,
):
  | { readonly entitlement: Pick<Entitlement, "id" | "resource" | "slug">; readonly principal: ResourceId }
  | undefined => {
  const seams = principalTypes
    .map((resourceType) => ({ resourceType, at: id.lastIndexOf(`:${resourceType}:`) }))
    .toSorted((a, b) => b.at - a.at)
  const [seam] = seams
  if (seam === undefined || seam.at < 0) return undefined
  const entitlement = parseEntitlementId(id.slice(0, seam.at))
  const resource = id.slice(seam.at + seam.resourceType.length + 2)
  return entitlement === undefined || resource === ""
    ? undefined
    : { entitlement, principal: { resourceType: seam.resourceType, resource } }
}
