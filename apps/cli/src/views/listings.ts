// How each kind of record is listed: the columns of the Go viewer's tables, and its JSON.
import type {
  EntitlementView,
  GrantView,
  ManifestSync,
  ResourceTypeView,
  ResourceView,
  SyncInfo,
  SyncReader,
} from "@rollcall/c1z"
import {
  entitlementViewToJson,
  grantViewToJson,
  resourceTypeViewToJson,
  resourceViewToJson,
  syncToJson,
} from "@rollcall/c1z"
import { toResourceType } from "@rollcall/c1-protocol"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { Listing } from "../render/printListing.ts"

/** Resource types. */
export const resourceTypeListing = (reader: SyncReader): Listing<ResourceTypeView, StoreError> => ({
  name: "resourceTypes",
  columns: [
    { title: "ID", value: (view) => view.resourceType.id },
    { title: "Display Name", value: (view) => view.resourceType.displayName },
    { title: "Traits", value: (view) => toResourceType(view.resourceType).traits.join(", ") },
  ],
  json: (view) => reader.toJson(resourceTypeViewToJson, view),
})

/** Resources; principals are listed the same way. */
export const resourceListing = (reader: SyncReader): Listing<ResourceView, StoreError> => ({
  name: "resources",
  columns: [
    { title: "ID", value: (view) => view.resource.id?.resource ?? "" },
    { title: "Display Name", value: (view) => view.resource.displayName },
    { title: "Resource Type", value: (view) => view.resourceType.displayName },
    {
      title: "Parent Resource",
      value: ({ parent, parentType }) =>
        parent === undefined ? "-" : `${parent.displayName} (${parentType?.displayName ?? ""})`,
    },
  ],
  json: (view) => reader.toJson(resourceViewToJson, view),
})

/** Entitlements. */
export const entitlementListing = (reader: SyncReader): Listing<EntitlementView, StoreError> => ({
  name: "entitlements",
  columns: [
    { title: "ID", value: (view) => view.entitlement.id },
    { title: "Display Name", value: (view) => view.entitlement.displayName },
    { title: "Resource Type", value: (view) => view.resourceType.displayName },
    { title: "Resource", value: (view) => view.resource.displayName },
    { title: "Permission", value: (view) => view.entitlement.slug },
  ],
  json: (view) => reader.toJson(entitlementViewToJson, view),
})

/** Grants. */
export const grantListing = (reader: SyncReader): Listing<GrantView, StoreError> => ({
  name: "grants",
  columns: [
    { title: "ID", value: (view) => view.grant.id },
    { title: "Resource Type", value: (view) => view.resourceType.displayName },
    { title: "Resource", value: (view) => view.resource.displayName },
    { title: "Entitlement", value: (view) => view.entitlement.displayName },
    { title: "Principal", value: (view) => view.principal.displayName },
  ],
  json: (view) => reader.toJson(grantViewToJson, view),
})

/** Whose data a sync is: `Acme (T0123)`; only the files of Rollcall tell. */
export const workspaceOf = (sync: SyncInfo | ManifestSync): string => {
  const tenant = "source" in sync ? sync.source?.tenant : undefined
  return tenant === undefined ? "unknown" : `${tenant.displayName} (${tenant.id})`
}

/** The same for JSON, in a member of its own, as the rest of it is the Go viewer's. */
export const sourceJson = (sync: SyncInfo | ManifestSync | undefined) => {
  const source = sync !== undefined && "source" in sync ? sync.source : undefined
  if (source === undefined) return { workspace: null, connector: null }
  const { tenant, connector } = source
  return { workspace: { id: tenant.id, name: tenant.displayName }, connector }
}

/** The syncs of a file. */
export const syncListing: Listing<SyncInfo | ManifestSync> = {
  name: "syncs",
  columns: [
    { title: "ID", value: (sync) => sync.id },
    { title: "Started At", value: (sync) => sync.startedAt ?? "unknown" },
    { title: "Ended At", value: (sync) => sync.endedAt ?? "-" },
    { title: "Type", value: (sync) => (sync.type === "" ? "unknown" : sync.type) },
    { title: "Parent ID", value: (sync) => (sync.parentId === "" ? "-" : sync.parentId) },
    { title: "Workspace", value: workspaceOf },
  ],
  json: (sync) => Effect.succeed({ ...syncToJson(sync), rollcall: sourceJson(sync) }),
}
