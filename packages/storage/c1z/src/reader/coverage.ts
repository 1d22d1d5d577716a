// The extra table in which we tell how much of each resource type a sync shows. Other programs neither write nor read it.
import type { Coverage, StoreError } from "@rollcall/connector"
import { gapReasons } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import { coverageTable } from "../schema.ts"
import type { Database } from "./Database.ts"
import { reading, unreadable } from "./readFailure.ts"
import { RowReader } from "./Row.ts"

/** A gap as it is stored. */
export const StoredGap = Schema.Struct({
  resourceType: Schema.String,
  missing: Schema.String,
  reason: Schema.Literals(gapReasons),
  explanation: Schema.String,
  missingScopes: Schema.optionalKey(Schema.Array(Schema.String)),
})

const CoverageRow = Schema.Struct({
  resourceType: Schema.String,
  state: Schema.Literals(["complete", "partial", "skipped"]),
  gaps: Schema.fromJsonString(Schema.Array(StoredGap)),
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
