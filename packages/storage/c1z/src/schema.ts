// The tables and indexes of a v1 .c1z file, as data, and its instants. Names, declared types and even the misleading index
// names are those of the Go SDK: it finds columns and indexes by name when it opens a file, and turns text into a time only
// where the column is declared `datetime`. Columns of our own would break its `export c1z`; tables of our own it ignores.

/** A column and how it is declared. */
export interface Column {
  readonly name: string
  readonly declared: string
}

/** An index; a `where` makes it a partial one. */
interface Index {
  readonly name: string
  readonly unique: boolean
  readonly columns: ReadonlyArray<string>
  readonly where?: string | undefined
}

/** A table with its indexes. Each also has `id integer primary key`. */
export interface Table {
  readonly name: string
  readonly columns: ReadonlyArray<Column>
  readonly indexes: ReadonlyArray<Index>
}

const text = (name: string): Column => ({ name, declared: "text not null" })
const textOrEmpty = (name: string): Column => ({ name, declared: "text not null default ''" })
const flag = (name: string): Column => ({ name, declared: "integer not null default 0" })
const index = (name: string, columns: ReadonlyArray<string>, where?: string): Index => ({
  name,
  unique: false,
  columns,
  where,
})
const unique = (name: string, columns: ReadonlyArray<string>): Index => ({ name, unique: true, columns })

const data: Column = { name: "data", declared: "blob not null" }
const syncId = text("sync_id")
const discoveredAt: Column = { name: "discovered_at", declared: "datetime not null" }
const externalSync = ["external_id", "sync_id"]

const resourceTypes: Table = {
  name: "v1_resource_types",
  columns: [text("external_id"), data, syncId, discoveredAt],
  indexes: [unique("idx_resource_types_external_sync_v1", externalSync)],
}

const resources: Table = {
  name: "v1_resources",
  columns: [
    text("resource_type_id"),
    text("external_id"),
    { name: "parent_resource_type_id", declared: "text" },
    { name: "parent_resource_id", declared: "text" },
    data,
    syncId,
    discoveredAt,
  ],
  indexes: [
    index("idx_resources_resource_type_id_v1", ["resource_type_id"]),
    // The names of these two are swapped in every file there is; a Go writer needs the unique one for its upsert.
    index("idx_resources_external_sync_v1", ["parent_resource_type_id", "parent_resource_id"]),
    unique("idx_resources_parent_resource_id_v1", externalSync),
  ],
}

const entitlements: Table = {
  name: "v1_entitlements",
  columns: [text("resource_type_id"), text("resource_id"), text("external_id"), data, syncId, discoveredAt],
  indexes: [
    index("idx_entitlements_resource_id_v1", ["resource_type_id", "resource_id"]),
    unique("idx_entitlements_external_sync_v1", externalSync),
  ],
}

const syncRuns: Table = {
  name: "v1_sync_runs",
  columns: [
    syncId,
    { name: "started_at", declared: "datetime not null" },
    { name: "ended_at", declared: "datetime" },
    text("sync_token"),
    { name: "sync_type", declared: "text not null default 'full'" },
    textOrEmpty("parent_sync_id"),
    textOrEmpty("linked_sync_id"),
    flag("supports_diff"),
    flag("grants_backfilled"),
    { name: "stats", declared: "text" },
    textOrEmpty("ingest_invariant_generation"),
    textOrEmpty("ingest_invariant_coverage"),
    textOrEmpty("ingest_invariant_mode"),
  ],
  indexes: [unique("idx_sync_runs_sync_id_v1", ["sync_id"])],
}

const grants: Table = {
  name: "v1_grants",
  columns: [
    text("resource_type_id"),
    text("resource_id"),
    text("entitlement_id"),
    text("principal_resource_type_id"),
    text("principal_resource_id"),
    text("external_id"),
    { name: "expansion", declared: "blob" },
    flag("needs_expansion"),
    data,
    syncId,
    discoveredAt,
  ],
  indexes: [
    index("idx_grants_resource_type_id_resource_id_v1", ["resource_type_id", "resource_id"]),
    index("idx_grants_principal_id_v1", ["principal_resource_type_id", "principal_resource_id"]),
    index("idx_grants_entitlement_id_principal_id_v1", [
      "entitlement_id",
      "principal_resource_type_id",
      "principal_resource_id",
    ]),
    unique("idx_grants_external_sync_v1", externalSync),
    index("idx_grants_entitlement_sync_grant_v1", ["entitlement_id", "sync_id", "id"]),
    index("idx_grants_sync_expansion_v1", ["sync_id"], "expansion is not null"),
    index("idx_grants_sync_needs_expansion_v1", ["sync_id"], "needs_expansion = 1"),
  ],
}

const assets: Table = {
  name: "v1_assets",
  columns: [text("external_id"), text("content_type"), data, syncId, discoveredAt],
  indexes: [unique("idx_assets_external_sync_v1", externalSync)],
}

const connectorSessions: Table = {
  name: "v1_connector_sessions",
  columns: [syncId, text("key"), { name: "value", declared: "blob not null" }],
  indexes: [unique("idx_session_store_sync_key_v1", ["sync_id", "key"])],
}

/** The seven tables of the format, in the order in which the Go SDK creates them. */
export const c1zTables: ReadonlyArray<Table> = [
  resourceTypes,
  resources,
  entitlements,
  syncRuns,
  grants,
  assets,
  connectorSessions,
]

/** Our own table: per resource type how much of it the sync shows. `gaps` is a JSON array of the core's `Gap`. */
export const coverageTable: Table = {
  name: "rollcall_coverage",
  columns: [syncId, text("resource_type_id"), text("state"), text("gaps")],
  indexes: [],
}

/** Our own table: whose data each sync is, and which connector read it. */
export const sourceTable: Table = {
  name: "rollcall_sources",
  columns: [syncId, text("connector_id"), text("tenant_id"), text("tenant_name")],
  indexes: [],
}

/** Every table of a file that we write. */
export const tables: ReadonlyArray<Table> = [...c1zTables, coverageTable, sourceTable]

/** The names of these tables. */
export const tableNames: ReadonlyArray<string> = tables.map((table) => table.name)

/**
 * The tables that tell what a file holds. They are small, and stand in the first pages of a file that we write, so that a reader of
 * them need not unpack the rest: decision 0047.
 */
export const leadingTables: ReadonlyArray<Table> = [resourceTypes, syncRuns, coverageTable, sourceTable]

/** The other ones. */
export const followingTables: ReadonlyArray<Table> = tables.filter((table) => !leadingTables.includes(table))

/** The tables of many rows, whose indexes are quickest made when the rows are there. */
const recordTables: ReadonlyArray<Table> = [resources, entitlements, grants]

/**
 * The statements that make a table and its partial indexes. Our rows match none of these conditions, so such an index
 * costs nothing while the rows come, and a reading of the whole table afterwards.
 */
export const createTable = (table: Table, schema = "main"): string =>
  [
    `create table ${schema}.${table.name} (${["id integer primary key", ...table.columns.map((it) => `${it.name} ${it.declared}`)].join(", ")})`,
    ...table.indexes.filter((it) => it.where !== undefined).map((it) => createIndex(table, it, schema)),
  ].join("; ")

/** The statements that make a table's other indexes; quickest when the rows are there already. */
export const createIndexes = (table: Table, schema = "main"): ReadonlyArray<string> =>
  table.indexes.filter((it) => it.where === undefined).map((it) => createIndex(table, it, schema))

const createIndex = (table: Table, { name, unique: isUnique, columns, where }: Index, schema: string): string =>
  `create ${isUnique ? "unique " : ""}index ${schema}.${name} on ${table.name} (${columns.join(", ")})` +
  (where === undefined ? "" : ` where ${where}`)

/**
 * The statements that make an empty database of all tables, without the indexes of those of many rows. With these the schema
 * outgrows its first page, and a page that it took then would stand behind all rows. So a view, which is dropped at the end, makes it
 * take that page now: with less than 573 bytes of it the schema would not, and with more than 1000 there would be no room for the rest.
 */
export const createSchema = (schema: string): ReadonlyArray<string> => [
  ...tables.map((table) => createTable(table, schema)),
  ...tables.filter((table) => !recordTables.includes(table)).flatMap((table) => createIndexes(table, schema)),
  `create view ${schema}.rollcall_room as select '${"-".repeat(700)}'`,
]

/** The statement that takes away what only kept room, once all indexes are there. */
export const dropRoom = (schema: string): string => `drop view ${schema}.rollcall_room`

/** Milliseconds since the epoch as `YYYY-MM-DD HH:MM:SS[.fraction]`, without trailing zeros. */
export const formatFileTime = (milliseconds: number): string => {
  const iso = new Date(milliseconds).toISOString()
  const seconds = iso.slice(0, 19).replace("T", " ")
  const fraction = iso.slice(20, 23).replace(/0+$/, "")
  return fraction === "" ? seconds : `${seconds}.${fraction}`
}

const fileTime = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(Z|\+00:00)?$/

/** A time of the file as RFC 3339; a text that is not a time stays as it is. */
export const toInstant = (time: string): string => time.replace(fileTime, "$1T$2Z")
