// The syncs of the previous output that go along into the new one.
import { rmSync } from "node:fs"
import { join } from "node:path"
import type { StoreError, SyncResult } from "@rollcall/connector"
import { Effect } from "effect"
import { decodeEnvelope } from "../envelope/decode.ts"
import { formatFileTime } from "../fileTime.ts"
import { Database } from "../reader/Database.ts"
import { reading } from "../reader/readFailure.ts"
import { RowReader } from "../reader/Row.ts"
import { tableNames } from "../schema.ts"
import type { OutputPaths } from "../WorkStore/outputPath.ts"
import { attempt, storeFailure } from "../WorkStore/storeFailure.ts"
import { cannotCarryOn, checkPreviousOutput } from "./previousOutput.ts"
import type { PublishOptions } from "./publishOptions.ts"
import type { SyncRun } from "./retention.ts"
import { syncsToKeep } from "./retention.ts"

/** The unpacked previous output, and which of its syncs to keep. */
export interface EarlierSyncs {
  readonly path: string
  readonly output: string
  readonly keep: ReadonlyArray<string>
  /** Whether there are syncs that are not kept because they alone pass the limit. */
  readonly tooLarge: boolean
}

/** Unpacks the previous output into the build folder and chooses what to keep of it. */
export const findEarlierSyncs = Effect.fnUntraced(function* (input: {
  readonly paths: OutputPaths
  readonly sync: { readonly syncId: string; readonly startedAt: number }
  readonly kind: SyncResult["kind"]
  readonly limit: number
  readonly options: PublishOptions
}): Effect.fn.Return<EarlierSyncs, StoreError> {
  const { output, build } = input.paths
  const path = join(build, "earlier.db")
  const nothing = { path, output, keep: [], tooLarge: false }
  if ((yield* checkPreviousOutput(output)) === "nothing") return nothing
  const unpacked = yield* decodeEnvelope(output, path, input.limit).pipe(
    Effect.mapError((error) =>
      error.reason === "Unreadable"
        ? cannotCarryOn(output, "is damaged", error)
        : storeFailure(error.reason, path, error),
    ),
  )
  if (unpacked === "tooLarge") {
    yield* attempt(path, () => rmSync(path, { force: true }))
    return { ...nothing, tooLarge: true }
  }
  const next = {
    syncId: input.sync.syncId,
    startedAt: formatFileTime(input.sync.startedAt),
    type: input.kind === "full" ? "full" : "resources_only",
  }
  // Whoever wrote that file, this one must be fit to be read: so it is checked as a reader checks it.
  const runs = yield* Database.open(output, path, tableNames).pipe(
    Effect.flatMap((database) => reading(output, () => readRuns(database))),
    Effect.scoped,
    Effect.mapError((error) => (error.reason === "Unreadable" ? cannotCarryOn(output, "is damaged", error) : error)),
  )
  return { ...nothing, keep: syncsToKeep(runs, next, input.options) }
})

/** The syncs of a file, in the order of their rows. Files of older writers lack columns. */
const readRuns = (database: Database): ReadonlyArray<SyncRun> => {
  const table = "v1_sync_runs"
  if (!database.hasTable(table)) return []
  const read = new RowReader(database.path, table)
  const columnOr = (column: string, otherwise: string) =>
    database.hasColumn(table, column) ? column : `${otherwise} as ${column}`
  const type = columnOr("sync_type", "'full'")
  const linked = columnOr("linked_sync_id", "''")
  const rows = database.all(`select sync_id, started_at, ended_at, ${type}, ${linked} from ${table} order by id`)
  return rows.map((row) => {
    const endedAt = read.textOrNull(row, "ended_at")
    return {
      syncId: read.text(row, "sync_id"),
      startedAt: read.text(row, "started_at"),
      ...(endedAt === undefined ? {} : { endedAt }),
      type: read.text(row, "sync_type"),
      linkedSyncId: read.text(row, "linked_sync_id"),
    }
  })
}
