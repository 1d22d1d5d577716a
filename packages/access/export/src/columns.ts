// The columns of each table. docs/export.md shows the same, which a test holds.
import type { AccountAttributes, ListedEntitlement, ListedGrant, ListedResource } from "@rollcall/access"
import type { Coverage, Gap, Resource } from "@rollcall/connector"
import type { SyncInfo } from "@rollcall/access"
import type { Column, ColumnOf } from "./Table.ts"

/** A resource and its facts. */
export interface ResourceRecord {
  readonly resource: ListedResource
  readonly facts: Resource
}

/** An account and what is known of it. */
export interface AccountRecord extends ResourceRecord {
  readonly attributes: AccountAttributes
  readonly privileged: "yes" | "no" | "unknown"
}

const parent: ReadonlyArray<ColumnOf<ResourceRecord>> = [
  {
    name: "parent_type",
    type: "text",
    description: "Type of the resource that it belongs to.",
    value: ({ facts }) => facts.parent?.resourceType,
  },
  {
    name: "parent_id",
    type: "text",
    description: "Id of the resource that it belongs to.",
    value: ({ facts }) => facts.parent?.resource,
  },
  {
    name: "parent_name",
    type: "text",
    description: "Name of the resource that it belongs to.",
    value: ({ resource }) => resource.parent?.displayName,
  },
]

const named: ReadonlyArray<ColumnOf<ResourceRecord>> = [
  { name: "id", type: "text", description: "Id within its type.", value: ({ resource }) => resource.id.resource },
  { name: "name", type: "text", description: "Display name.", value: ({ resource }) => resource.displayName },
]

const created: ColumnOf<ResourceRecord> = {
  name: "created_at",
  type: "instant",
  description: "When the system created it, where it says so.",
  value: ({ facts }) => facts.createdAt,
}

/** Of types whose resources are accounts. */
export const accountColumns: ReadonlyArray<ColumnOf<AccountRecord>> = [
  ...named,
  {
    name: "email",
    type: "text",
    description: "Primary address; empty where it has none, or where `unknown` names `email`.",
    value: ({ attributes }) => attributes.email,
  },
  { name: "emails", type: "list", description: "All addresses.", value: ({ facts }) => facts.account?.emails ?? [] },
  {
    name: "status",
    type: "text",
    description: "`enabled`, `disabled`, `deleted` or `unknown`.",
    value: ({ attributes }) => attributes.status ?? "unknown",
  },
  {
    name: "kind",
    type: "text",
    description:
      "What it is above all, such as `member`, `guest`, `bot`, `invited`, `human` or `service`; or `unknown`.",
    value: ({ attributes }) => attributes.kind ?? "unknown",
  },
  {
    name: "kinds",
    type: "list",
    description: "All that it is, `kind` first: who was invited as a guest is `invited` and `guest`.",
    value: ({ attributes }) => attributes.kinds,
  },
  {
    name: "kind_note",
    type: "text",
    description: "How far a guest gets in, or why the kind is not known.",
    value: ({ attributes }) => attributes.kindNote,
  },
  {
    name: "mfa",
    type: "text",
    description: "Second factor: `on`, `off` or `unknown`.",
    value: ({ attributes: { mfa } }) => (mfa === undefined ? "unknown" : mfa ? "on" : "off"),
  },
  {
    name: "privileged",
    type: "text",
    description: "Whether it holds a privileged entitlement: `yes`, `no` or `unknown`.",
    value: ({ privileged }) => privileged,
  },
  {
    name: "privileged_by",
    type: "list",
    description: "Ids of the entitlements that make it privileged.",
    value: ({ attributes }) => attributes.privileged,
  },
  {
    name: "unknown",
    type: "list",
    description: "Which of `email`, `status`, `kind` and `mfa` are not known of it.",
    value: ({ attributes }) => attributes.unknown,
  },
  created,
  ...parent,
]

/** Of all other types. */
export const resourceColumns: ReadonlyArray<ColumnOf<ResourceRecord>> = [
  ...named,
  {
    name: "description",
    type: "text",
    description: "What the system says of it.",
    value: ({ facts }) => facts.description,
  },
  created,
  ...parent,
]

/** What can be held. */
export const entitlementColumns: ReadonlyArray<ColumnOf<ListedEntitlement>> = [
  { name: "id", type: "text", description: "Id of the entitlement.", value: ({ id }) => id },
  { name: "name", type: "text", description: "Display name.", value: ({ displayName }) => displayName },
  { name: "slug", type: "text", description: "What it allows, such as `member`.", value: ({ slug }) => slug },
  { name: "description", type: "text", description: "What it is.", value: (it) => it.facts().description },
  {
    name: "purpose",
    type: "text",
    description: "`assignment`, `permission` or `ownership`.",
    value: (it) => it.facts().purpose,
  },
  {
    name: "grantable_to",
    type: "list",
    description: "Types of the resources that can hold it.",
    value: (it) => it.facts().grantableTo,
  },
  {
    name: "resource_type",
    type: "text",
    description: "Type of the resource that it is on.",
    value: ({ resource }) => resource.id.resourceType,
  },
  {
    name: "resource_id",
    type: "text",
    description: "Id of the resource that it is on.",
    value: ({ resource }) => resource.id.resource,
  },
  {
    name: "resource_name",
    type: "text",
    description: "Name of the resource that it is on.",
    value: ({ resource }) => resource.displayName,
  },
]

/** Who holds what. */
export const membershipColumns: ReadonlyArray<ColumnOf<ListedGrant>> = [
  {
    name: "grant_id",
    type: "text",
    description: "Id of the grant, as `rollcall revoke` takes it.",
    value: ({ id }) => id,
  },
  {
    name: "principal_type",
    type: "text",
    description: "Type of who holds it.",
    value: ({ principal }) => principal.id.resourceType,
  },
  {
    name: "principal_id",
    type: "text",
    description: "Id of who holds it.",
    value: ({ principal }) => principal.id.resource,
  },
  {
    name: "principal_name",
    type: "text",
    description: "Name of who holds it.",
    value: ({ principal }) => principal.displayName,
  },
  {
    name: "entitlement_id",
    type: "text",
    description: "Id of what is held.",
    value: ({ entitlement }) => entitlement.id,
  },
  {
    name: "entitlement_name",
    type: "text",
    description: "Name of what is held.",
    value: ({ entitlement }) => entitlement.displayName,
  },
  {
    name: "resource_type",
    type: "text",
    description: "Type of the resource that it is on.",
    value: ({ resource }) => resource.id.resourceType,
  },
  {
    name: "resource_id",
    type: "text",
    description: "Id of the resource that it is on.",
    value: ({ resource }) => resource.id.resource,
  },
  {
    name: "resource_name",
    type: "text",
    description: "Name of the resource that it is on.",
    value: ({ resource }) => resource.displayName,
  },
  {
    name: "direct",
    type: "boolean",
    description: "Whether it is held itself, and not only through others.",
    value: ({ reason }) => reason.direct,
  },
  {
    name: "through",
    type: "list",
    description: "Ids of the entitlements through which it is inherited.",
    value: ({ reason }) => reason.through,
  },
  {
    name: "through_names",
    type: "list",
    description: "Names of what these entitlements are on, such as groups, in the same order.",
    value: ({ throughNames }) => throughNames,
  },
]

/** A type, how much of it the sync shows, and one of its gaps. */
export interface CoverageRecord {
  readonly resourceType: string
  readonly displayName: string
  /** The table with the resources of the type; absent where the sync lists none. */
  readonly table: string | undefined
  readonly state: Coverage["state"] | "unknown"
  readonly gap: Gap | undefined
}

/** How much of each type the sync shows: a row for each gap, or one without. */
export const coverageColumns: ReadonlyArray<ColumnOf<CoverageRecord>> = [
  { name: "resource_type", type: "text", description: "Id of the type.", value: ({ resourceType }) => resourceType },
  { name: "name", type: "text", description: "Name of the type.", value: ({ displayName }) => displayName },
  { name: "table_name", type: "text", description: "The table that lists its resources.", value: ({ table }) => table },
  {
    name: "state",
    type: "text",
    description: "`complete`, `partial`, `skipped`; `unknown` where the file does not say.",
    value: ({ state }) => state,
  },
  { name: "missing", type: "text", description: "What a gap keeps out.", value: ({ gap }) => gap?.missing },
  {
    name: "reason",
    type: "text",
    description:
      "`scope`, `plan`, `settings`, `request`, `unreadable`, `short`, `credential`, `furtherCredential` or `quick`.",
    value: ({ gap }) => gap?.reason,
  },
  {
    name: "explanation",
    type: "text",
    description: "What happened and what would close the gap.",
    value: ({ gap }) => gap?.explanation,
  },
  {
    name: "attributes",
    type: "list",
    description: "Attributes of accounts that were not read.",
    value: ({ gap }) => gap?.attributes ?? [],
  },
  {
    name: "expected",
    type: "boolean",
    description: "Whether no sync promises it; empty without a gap.",
    value: ({ gap }) => (gap === undefined ? undefined : gap.expected === true),
  },
]

/** The sync that is exported. */
export interface SyncRecord {
  readonly sync: SyncInfo
  readonly unexpandedGrants: number
  readonly counts: { readonly resources: number; readonly entitlements: number; readonly grants: number }
}

/** One row. */
export const syncColumns: ReadonlyArray<ColumnOf<SyncRecord>> = [
  { name: "id", type: "text", description: "Id of the sync.", value: ({ sync }) => sync.id },
  {
    name: "type",
    type: "text",
    description: "`full` or narrower; `unknown` where the file does not say.",
    value: ({ sync }) => sync.type || "unknown",
  },
  { name: "started_at", type: "instant", description: "When it began.", value: ({ sync }) => sync.startedAt },
  {
    name: "ended_at",
    type: "instant",
    description: "When it ended; empty where it has not.",
    value: ({ sync }) => sync.endedAt,
  },
  {
    name: "finished",
    type: "boolean",
    description: "Whether it came to its end; records may be missing where not.",
    value: ({ sync }) => sync.endedAt !== undefined,
  },
  {
    name: "workspace_id",
    type: "text",
    description: "Whose data it is; `unknown` in files of other programs.",
    value: ({ sync }) => sync.source?.tenant.id ?? "unknown",
  },
  {
    name: "workspace_name",
    type: "text",
    description: "The name of that; `unknown` likewise.",
    value: ({ sync }) => sync.source?.tenant.displayName ?? "unknown",
  },
  {
    name: "connector",
    type: "text",
    description: "Which connector read it; `unknown` likewise.",
    value: ({ sync }) => sync.source?.connector ?? "unknown",
  },
  { name: "resources", type: "integer", description: "How many there are.", value: ({ counts }) => counts.resources },
  {
    name: "entitlements",
    type: "integer",
    description: "How many there are.",
    value: ({ counts }) => counts.entitlements,
  },
  { name: "grants", type: "integer", description: "How many there are.", value: ({ counts }) => counts.grants },
  {
    name: "unexpanded_grants",
    type: "integer",
    description: "Expandable grants through which inherited access is not listed.",
    value: ({ unexpandedGrants }) => unexpandedGrants,
  },
]

/** A column of a table. */
export interface DescribedColumn {
  readonly table: string
  readonly column: Column
}

/** The columns of every table. */
export const columnColumns: ReadonlyArray<ColumnOf<DescribedColumn>> = [
  { name: "table_name", type: "text", description: "The table.", value: ({ table }) => table },
  { name: "column_name", type: "text", description: "The column.", value: ({ column }) => column.name },
  {
    name: "type",
    type: "text",
    description: "`text`, `list`, `boolean`, `integer`, `number` or `instant`.",
    value: ({ column }) => column.type,
  },
  {
    name: "description",
    type: "text",
    description: "What it holds; of a fact of the profile, its key as the system has it.",
    value: ({ column }) => column.description,
  },
]
