// The extra tables in which we tell whose data each sync is, and how much of each resource type it shows. Other programs
// neither write nor read them.
import type { SyncSource, Coverage, StoreError } from "@rollcall/connector"
import { Gap } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import { sourceTable, coverageTable } from "../schema.ts"
import type { Database } from "./Database.ts"
import { RowReader } from "./Row.ts"
import { reading, unreadable } from "./readFailure.ts"

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

const CoverageRow = Schema.Struct({
  resourceType: Schema.String,
  state: Schema.Literals(["complete", "partial", "skipped"]),
  gaps: Schema.fromJsonString(Schema.Array(Gap)),
})

const decodeRow = Schema.decodeUnknownEffect(CoverageRow)

/** What the file says of a sync's coverage. */
export const readCoverage = Effect.fnUntraced(function* (
  database: Database,
  syncId: string,
): Effect.fn.Return<ReadonlyArray<Coverage>, StoreError> {
  if (!database.hasTable(coverageTable.name)) return []
  const rows = yield* reading(database.path, () =>
    database.all(
      `select resource_type_id, state, gaps from ${coverageTable.name} where sync_id = ? order by rowid`,
      syncId,
    ),
  )
  const read = new RowReader(database.path, coverageTable.name)
  return yield* Effect.forEach(rows, (row) =>
    Effect.flatMap(
      reading(database.path, () => ({
        resourceType: read.text(row, "resource_type_id"),
        state: read.text(row, "state"),
        gaps: read.text(row, "gaps"),
      })),
      (columns) =>
        Effect.mapError(decodeRow(columns), (cause) =>
          unreadable(database.path, `its table ${coverageTable.name} has a row that cannot be understood`, cause),
        ),
    ),
  )
})
