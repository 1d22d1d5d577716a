// How each kind of record is listed: its columns, and the JSON of the Go viewer. Columns that CSV has had from the beginning stand
// first and keep their titles.
import type { FirstSeen } from "@rollcall/c1z"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { accountColumns, createdColumn } from "./accountColumns.ts"
import type { ListedAccess, ListedEntitlement, ListedGrant, ListedResource, ListedResourceType } from "./records.ts"
import type { Column, Listing } from "./render/renderListing.ts"

/** Resource types. */
export const resourceTypeListing: Listing<ListedResourceType, StoreError> = {
  name: "resourceTypes",
  columns: [
    { key: "id", title: "ID", isId: true, value: (type) => type.id },
    { key: "name", title: "Display Name", value: (type) => type.displayName },
    { key: "traits", title: "Traits", value: (type) => type.traits.join(", "), json: (type) => type.traits },
  ],
  json: (type) => type.json,
}

/** What a list of resources can hold: accounts, other things, or both. */
export type ResourceKinds = "accounts" | "others" | "both"

/** Resources; principals are listed the same way. */
export const resourceListing = (kinds: ResourceKinds = "both"): Listing<ListedResource, StoreError> => {
  const parent: Column<ListedResource> = {
    key: "parent",
    title: "Parent Resource",
    shown: kinds === "others" ? "ifRoom" : "csv",
    value: ({ parent: it, parentType }) =>
      it === undefined ? "-" : `${it.displayName} (${parentType?.displayName ?? ""})`,
    json: ({ parent: it }) => (it === undefined ? null : it.displayName),
  }
  const type: Column<ListedResource> = {
    key: "type",
    title: "Resource Type",
    shown: kinds === "accounts" ? "csv" : "always",
    value: (resource) => resource.type.displayName,
  }
  const ofAccounts = accountColumns<ListedResource>(({ account }) => account).map((column) =>
    kinds === "both" && column.shown !== "chosen" ? { ...column, shown: "ifRoom" as const } : column,
  )
  return {
    name: "resources",
    columns: [
      { key: "id", title: "ID", isId: true, value: (resource) => resource.id.resource },
      { key: "name", title: "Display Name", value: (resource) => resource.displayName },
      type,
      parent,
      ...(kinds === "accounts" ? [] : [membersColumn]),
      ...(kinds === "others" ? [] : ofAccounts),
      createdColumn((resource) => resource.facts().createdAt),
      { key: "typeId", title: "Type ID", isId: true, shown: "chosen", value: ({ id }) => id.resourceType },
    ],
    json: (resource) => resource.json,
  }
}

const membersColumn: Column<ListedResource> = {
  key: "members",
  title: "Members",
  needs: "members",
  value: ({ members }) => String(members ?? "-"),
  json: ({ members }) => members ?? null,
}

/** Entitlements. */
export const entitlementListing: Listing<ListedEntitlement, StoreError> = {
  name: "entitlements",
  columns: [
    { key: "id", title: "ID", isId: true, value: (entitlement) => entitlement.id },
    { key: "name", title: "Display Name", shown: "csv", value: (entitlement) => entitlement.displayName },
    {
      key: "resourceType",
      title: "Resource Type",
      shown: "csv",
      value: ({ resourceType }) => resourceType.displayName,
    },
    { key: "resource", title: "Resource", value: (entitlement) => entitlement.resource.displayName },
    { key: "permission", title: "Permission", value: (entitlement) => entitlement.slug },
    {
      key: "resourceId",
      title: "Resource ID",
      isId: true,
      shown: "chosen",
      value: ({ resource }) => resource.id.resource,
    },
    {
      key: "description",
      title: "Description",
      shown: "chosen",
      value: (entitlement) => entitlement.facts().description ?? "",
    },
  ],
  json: (entitlement) => entitlement.json,
}

/** Grants: who holds what, and through what. */
export const grantListing: Listing<ListedGrant, StoreError> = {
  name: "grants",
  columns: [
    { key: "id", title: "ID", isId: true, shown: "csv", value: (grant) => grant.id },
    { key: "resourceType", title: "Resource Type", shown: "csv", value: (grant) => grant.resourceType.displayName },
    { key: "resource", title: "Resource", value: (grant) => grant.resource.displayName },
    { key: "entitlement", title: "Entitlement", shown: "csv", value: (grant) => grant.entitlement.displayName },
    { key: "principal", title: "Principal", value: (grant) => grant.principal.displayName },
    ...accountColumns<ListedGrant>(({ account }) => account).map((column) =>
      column.key === "email" || column.key === "status" ? column : { ...column, shown: "chosen" as const },
    ),
    { key: "principalId", title: "Principal ID", isId: true, value: (grant) => grant.principal.id.resource },
    {
      key: "permission",
      title: "Permission",
      shown: "ifRoom",
      value: ({ entitlement }) => entitlement.slug || entitlement.displayName,
    },
    {
      key: "through",
      title: "Through",
      value: (grant) => waysOf(grant).join(", "),
      json: (grant) => waysOf(grant),
    },
    {
      key: "principalType",
      title: "Principal Type",
      shown: "chosen",
      value: (grant) => grant.principal.id.resourceType,
    },
    {
      key: "entitlementId",
      title: "Entitlement ID",
      isId: true,
      shown: "chosen",
      value: (grant) => grant.entitlement.id,
    },
    {
      key: "resourceId",
      title: "Resource ID",
      isId: true,
      shown: "chosen",
      value: (grant) => grant.resource.id.resource,
    },
    {
      key: "since",
      title: "Since",
      shown: "chosen",
      needs: "since",
      value: ({ since }) => orUnknown(since),
      json: ({ since }) => (since === undefined ? null : sinceText(since)),
    },
  ],
  json: (grant) => grant.json,
}

/** `2026-10-01`; `2026-10-01 or before` where no earlier sync tells. */
export const sinceText = (since: FirstSeen): string => `${since.at.slice(0, 10)}${since.orBefore ? " or before" : ""}`

const orUnknown = (since: FirstSeen | undefined): string => (since === undefined ? "not known" : sinceText(since))

/** `direct`, and the groups that lead there. */
const waysOf = ({ reason, throughNames }: Pick<ListedGrant, "reason" | "throughNames">): ReadonlyArray<string> => {
  const direct = reason.direct ? ["direct"] : []
  return throughNames.length === 0 ? direct : [...direct, ...new Set(throughNames)]
}

/** What one principal holds, a line for each resource. */
export const accessListing = (principal: ResourceId): Listing<ListedAccess, StoreError> => ({
  name: "access",
  columns: [
    { key: "principal", title: "Principal", isId: true, value: () => formatResourceId(principal) },
    { key: "resourceType", title: "Resource Type", value: (access) => access.resourceType.displayName },
    { key: "resource", title: "Resource", value: (access) => access.resource.displayName },
    {
      key: "permissions",
      title: "Permissions",
      value: (access) => access.entitlements.map(({ slug }) => slug).join(", "),
      json: (access) => access.entitlements.map(({ slug }) => slug),
    },
    {
      key: "through",
      title: "Through",
      value: (access) => accessWays(access).join(", "),
      json: (access) => accessWays(access),
    },
    {
      key: "resourceId",
      title: "Resource ID",
      isId: true,
      shown: "csv",
      value: (access) => access.resource.id.resource,
    },
    {
      key: "entitlementIds",
      title: "Entitlement IDs",
      isId: true,
      shown: "chosen",
      value: (access) => access.entitlements.map(({ id }) => id).join(", "),
      json: (access) => access.entitlements.map(({ id }) => id),
    },
    {
      key: "since",
      title: "Since",
      shown: "chosen",
      needs: "since",
      value: ({ entitlements }) => [...new Set(entitlements.map(({ since }) => orUnknown(since)))].join(", "),
      json: ({ entitlements }) => entitlements.map(({ since }) => orUnknown(since)),
    },
  ],
  json: (access) => access.json,
})

const accessWays = ({ entitlements }: ListedAccess): ReadonlyArray<string> => [
  ...new Set(entitlements.flatMap((entitlement) => waysOf(entitlement))),
]
