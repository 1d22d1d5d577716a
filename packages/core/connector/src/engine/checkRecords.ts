// Records of a type that the connector does not declare, such as one that is mistyped: a sync would leave them out, as it leaves out
// types that were not asked for, and nobody would miss them.
import type { Connector, Records, Step } from "../Connector.ts"
import { formatResourceId, type ResourceId } from "../model/Resource.ts"
import { SyncError } from "../SyncError.ts"

/** Why a page of the step breaks the contract; nothing where all that it names is of a type that the connector declares. */
export const undeclaredType = (
  { displayName, resourceTypes }: Pick<Connector, "displayName" | "resourceTypes">,
  step: Pick<Step, "id">,
  page: Records,
): SyncError | undefined => {
  const types = new Set(resourceTypes.map(({ id }) => id))
  const found = firstUndeclared(page, (type) => !types.has(type))
  if (found === undefined) return undefined
  const { type, record } = found
  return new SyncError({
    reason: "Defective",
    step: step.id,
    message: `The step ${step.id} gives ${record} of the resource type ${JSON.stringify(type)}, which ${displayName} does not declare.`,
    hint: `It declares: ${[...types].join(", ")}. Correct the type in the connector's code, or add it to resourceTypes.`,
  })
}

/** Looks at every record of a sync, so it makes nothing for one that is fine. */
const firstUndeclared = (
  { resources = [], entitlements = [], grants = [], aliases = [] }: Records,
  isUndeclared: (type: string) => boolean,
): { readonly type: string; readonly record: string } | undefined => {
  for (const { id, parent, childResourceTypes } of resources) {
    if (isUndeclared(id.resourceType)) return { type: id.resourceType, record: resourceOf(id) }
    if (parent !== undefined && isUndeclared(parent.resourceType)) {
      return { type: parent.resourceType, record: `${resourceOf(id)} with a parent` }
    }
    const child = childResourceTypes?.find(isUndeclared)
    if (child !== undefined) return { type: child, record: `${resourceOf(id)} with children` }
  }
  for (const { id, resource, grantableTo } of entitlements) {
    if (isUndeclared(resource.resourceType))
      return { type: resource.resourceType, record: `the entitlement ${id} on a resource` }
    const holder = grantableTo.find(isUndeclared)
    if (holder !== undefined) return { type: holder, record: `the entitlement ${id} that is grantable to principals` }
  }
  for (const { id, resource, principal } of grants) {
    if (isUndeclared(resource.resourceType))
      return { type: resource.resourceType, record: `the grant ${id} on a resource` }
    if (isUndeclared(principal.resourceType))
      return { type: principal.resourceType, record: `the grant ${id} to a principal` }
  }
  const alias = aliases.find(({ id }) => isUndeclared(id.resourceType))
  return alias && { type: alias.id.resourceType, record: `an alias of ${formatResourceId(alias.id)}` }
}

const resourceOf = (id: ResourceId): string => `the resource ${formatResourceId(id)}`
