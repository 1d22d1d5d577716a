// How many records a sync has.
import type { RecordCounts } from "@rollcall/connector"
import type { Database } from "./Database.ts"
import { recordTables } from "./Records.ts"
import { RowReader } from "./Row.ts"

/** The records by the type of the resource that they are on. Throws a StoreError when they cannot be read. */
export const countRecords = (database: Database, syncId: string): RecordCounts => {
  const countByType = (table: string): Readonly<Record<string, number>> => {
    if (!database.hasTable(table)) return {}
    const read = new RowReader(database.path, table)
    const sql = `select resource_type_id, count(*) as records from ${table} where sync_id = ? group by 1 order by 1`
    const rows = database.all(sql, syncId)
    return Object.fromEntries(rows.map((row) => [read.text(row, "resource_type_id"), read.number(row, "records")]))
  }
  return {
    resources: countByType(recordTables.resource),
    entitlements: countByType(recordTables.entitlement),
    grants: countByType(recordTables.grant),
  }
}
