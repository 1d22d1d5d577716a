// How many records a sync holds, and the JSON in which the Go viewer prints that.
import type { RecordCounts } from "@rollcall/connector"
import type { Database } from "./Database.ts"
import { recordTables, RowReader } from "./Row.ts"

type ByType = Readonly<Record<string, number>>

/** Numbers of records. Those by type go by the type of the resource that the record is on. */
export interface SyncStats {
  readonly resourceTypes: number
  readonly resources: number
  readonly entitlements: number
  readonly grants: number
  /** With an entry for each resource type of the sync, be it 0. */
  readonly resourcesByResourceType: ByType
  /** Only types that occur. Absent where the file does not say it. */
  readonly entitlementsByResourceType?: ByType | undefined
  /** As for entitlements. */
  readonly grantsByResourceType?: ByType | undefined
}

/** The statistics of a sync with these resource types and these records. */
export const statsOf = (types: ReadonlyArray<string>, counts: RecordCounts): SyncStats => ({
  resourceTypes: types.length,
  resources: sum(counts.resources),
  entitlements: sum(counts.entitlements),
  grants: sum(counts.grants),
  resourcesByResourceType: { ...Object.fromEntries(types.map((type) => [type, 0])), ...counts.resources },
  entitlementsByResourceType: counts.entitlements,
  grantsByResourceType: counts.grants,
})

/**
 * The message `c1.reader.v2.SyncStats` in proto3 JSON, which writes an int64 as a string. Totals of 0 are kept, as their
 * absence would read as "unknown".
 */
export const statsToJson = (stats: SyncStats): Readonly<Record<string, string | Readonly<Record<string, string>>>> =>
  Object.fromEntries(
    Object.entries(stats).map(([name, value]: [string, number | ByType]) => [
      name,
      typeof value === "number" ? String(value) : mapValues(value),
    ]),
  )

const mapValues = (counts: ByType): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(counts).map(([type, count]) => [type, String(count)]))

const sum = (counts: ByType): number => Object.values(counts).reduce((total, count) => total + count, 0)

/** The records by the type of the resource that they are on. Throws a StoreError when they cannot be read. */
export const countRecords = (database: Database, syncId: string): RecordCounts => {
  const countByType = (table: string): Readonly<Record<string, number>> => {
    if (!database.hasTable(table)) return {}
    const read = new RowReader(database.path, table)
    const count = (of: string) =>
      `select resource_type_id, count(*) as records from ${table} ${of} group by 1 order by 1`
    // Where there is no other sync, indexes tell both without a look at a row, which takes a tenth.
    const other = database.first(`select 1 from ${table} where sync_id is not ? limit 1`, syncId)
    const rows = other === undefined ? database.all(count("")) : database.all(count("where sync_id = ?"), syncId)
    return Object.fromEntries(rows.map((row) => [read.text(row, "resource_type_id"), read.number(row, "records")]))
  }
  return {
    resources: countByType(recordTables.resource),
    entitlements: countByType(recordTables.entitlement),
    grants: countByType(recordTables.grant),
  }
}
