// One principal holding one entitlement.
import { entitlementId } from "./Entitlement.ts"
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
}

/** A grant with the id that C1's connectors give it: `<entitlement id>:<principal type>:<principal id>`. */
export const grantOf = (resource: ResourceId, slug: string, principal: ResourceId): Grant => {
  const entitlement = entitlementId(resource, slug)
  return { id: `${entitlement}:${formatResourceId(principal)}`, entitlement, resource, principal }
}
