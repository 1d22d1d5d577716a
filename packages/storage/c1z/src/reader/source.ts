// The extra table in which we tell whose data each sync is. Other programs neither write nor read it.
import type { SyncSource } from "@rollcall/connector"
import { sourceTable } from "../schema.ts"
import type { Database } from "./Database.ts"
import { RowReader } from "./Row.ts"

/** Whose data a sync is; `undefined` where another program wrote it. Throws a StoreError when it cannot be read. */
export const readSource = (database: Database, syncId: string): SyncSource | undefined => {
  const table = sourceTable.name
  if (!database.hasTable(table)) return undefined
  const row = database.first(
    `select connector_id, tenant_id, tenant_name from ${table} where sync_id = ? order by id limit 1`,
    syncId,
  )
  if (row === undefined) return undefined
  const read = new RowReader(database.path, table)
  return {
    connector: read.text(row, "connector_id"),
    tenant: { id: read.text(row, "tenant_id"), displayName: read.text(row, "tenant_name") },
  }
}
