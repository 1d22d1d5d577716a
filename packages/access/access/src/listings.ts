// How each kind of record is listed: the columns of the Go viewer's tables, and its JSON.
import type { ResourceId, StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import type { ListedAccess, ListedEntitlement, ListedGrant, ListedResource, ListedResourceType } from "./records.ts"
import type { Listing } from "./render/renderListing.ts"

/** Resource types. */
export const resourceTypeListing: Listing<ListedResourceType, StoreError> = {
  name: "resourceTypes",
  columns: [
    { title: "ID", value: (type) => type.id },
    { title: "Display Name", value: (type) => type.displayName },
    { title: "Traits", value: (type) => type.traits.join(", ") },
  ],
  json: (type) => type.json,
}

/** Resources; principals are listed the same way. */
export const resourceListing: Listing<ListedResource, StoreError> = {
  name: "resources",
  columns: [
    { title: "ID", value: (resource) => resource.id.resource },
    { title: "Display Name", value: (resource) => resource.displayName },
    { title: "Resource Type", value: (resource) => resource.type.displayName },
    {
      title: "Parent Resource",
      value: ({ parent, parentType }) =>
        parent === undefined ? "-" : `${parent.displayName} (${parentType?.displayName ?? ""})`,
    },
  ],
  json: (resource) => resource.json,
}

/** Entitlements. */
export const entitlementListing: Listing<ListedEntitlement, StoreError> = {
  name: "entitlements",
  columns: [
    { title: "ID", value: (entitlement) => entitlement.id },
    { title: "Display Name", value: (entitlement) => entitlement.displayName },
    { title: "Resource Type", value: (entitlement) => entitlement.resourceType.displayName },
    { title: "Resource", value: (entitlement) => entitlement.resource.displayName },
    { title: "Permission", value: (entitlement) => entitlement.slug },
  ],
  json: (entitlement) => entitlement.json,
}

/** Grants. */
export const grantListing: Listing<ListedGrant, StoreError> = {
  name: "grants",
  columns: [
    { title: "ID", value: (grant) => grant.id },
    { title: "Resource Type", value: (grant) => grant.resourceType.displayName },
    { title: "Resource", value: (grant) => grant.resource.displayName },
    { title: "Entitlement", value: (grant) => grant.entitlement.displayName },
    { title: "Principal", value: (grant) => grant.principal.displayName },
  ],
  json: (grant) => grant.json,
}

/** What one principal holds, a line for each resource. */
export const accessListing = (principal: ResourceId): Listing<ListedAccess, StoreError> => ({
  name: "access",
  columns: [
    { title: "Principal", value: () => formatResourceId(principal) },
    { title: "Resource Type", value: (access) => access.resourceType.displayName },
    { title: "Resource", value: (access) => access.resource.displayName },
    { title: "Permissions", value: (access) => access.entitlements.map(({ slug }) => slug).join(", ") },
  ],
  json: (access) => access.json,
})
