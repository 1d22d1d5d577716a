// Published records in a form in which two runs can be compared.
import type { PublishedRecords } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"

type Compared = Pick<PublishedRecords, "resourceTypes" | "resources" | "entitlements" | "grants">

/** The records, in an order that does not depend on the order of the pages. */
export const inOrder = (published: Compared) => ({
  resourceTypes: published.resourceTypes.map((type) => type.id),
  resources: published.resources.map((resource) => [formatResourceId(resource.id), resource] as const).toSorted(byId),
  entitlements: published.entitlements.map((entitlement) => [entitlement.id, entitlement] as const).toSorted(byId),
  grants: published.grants.map((grant) => [grant.id, grant] as const).toSorted(byId),
})

/** The resources of one type, and the entitlements and grants on them. */
export const ofType = (published: Compared, resourceType: string) =>
  inOrder({
    resourceTypes: published.resourceTypes.filter((type) => type.id === resourceType),
    resources: published.resources.filter(({ id }) => id.resourceType === resourceType),
    entitlements: published.entitlements.filter(({ resource }) => resource.resourceType === resourceType),
    grants: published.grants.filter(({ resource }) => resource.resourceType === resourceType),
  })

const byId = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1)
