// What the first pages of a file tell: which syncs it holds, how much of each, and what is missing. Only files that we wrote have that
// there. Nothing behind these pages is read or checked, so what they say is the word of whoever wrote the file: decision 0047.
import type { Coverage, StoreError } from "@rollcall/connector"
import type { Scope, Stream } from "effect"
import { Effect } from "effect"
import { leadingTables } from "../schema.ts"
import { Database } from "./Database.ts"
import { readCoverage } from "./ownTables.ts"
import { reading } from "./readFailure.ts"
import { recordTables, RowReader } from "./Row.ts"
import { statedCounts } from "./statedCounts.ts"
import type { SyncInfo } from "./SyncInfo.ts"
import { chooseSync, syncsOf } from "./SyncInfo.ts"
import type { SyncStats } from "./SyncStats.ts"
import { statsOf } from "./SyncStats.ts"

/** The tables at the beginning of a file that we wrote. */
export class LeadingTables {
  readonly #database: Database

  private constructor(database: Database) {
    this.#database = database
  }

  /**
   * Opens a database of which only the first so many pages are there. It is `undefined` where the tables are not all in these, or where
   * the file is another program's. It fails as `Unreadable` where the tables are damaged, be it because the rest is not there.
   */
  static readonly open = Effect.fnUntraced(function* (
    path: string,
    file: string,
    pages: number,
  ): Effect.fn.Return<LeadingTables | undefined, StoreError, Scope.Scope> {
    const database = yield* Database.open(
      path,
      file,
      leadingTables.map(({ name }) => name),
    )
    if (!leadingTables.every(({ name }) => database.hasTable(name))) return undefined
    const last = yield* reading(path, () => lastPage(database))
    return last <= pages ? new LeadingTables(database) : undefined
  })

  /** All syncs, in the order in which they were published. */
  get syncs(): Stream.Stream<SyncInfo, StoreError> {
    return syncsOf(this.#database)
  }

  /** The sync that views show; `undefined` where there is none. */
  get shown(): Effect.Effect<SyncInfo | undefined, StoreError> {
    return reading(this.#database.path, () => chooseSync(this.#database, undefined))
  }

  /** What the file states of a sync; `undefined` where it is not ours, or not finished: then its records have to be counted. */
  stated(
    sync: SyncInfo,
  ): Effect.Effect<{ readonly counts: SyncStats; readonly coverage: ReadonlyArray<Coverage> } | undefined, StoreError> {
    return Effect.gen({ self: this }, function* () {
      if (sync.source === undefined || sync.endedAt === undefined) return undefined
      const counts = yield* reading(this.#database.path, () => this.#counts(sync.id))
      return counts === undefined ? undefined : { counts, coverage: yield* readCoverage(this.#database, sync.id) }
    })
  }

  #counts(syncId: string): SyncStats | undefined {
    const database = this.#database
    const runs = new RowReader(database.path, "v1_sync_runs")
    const run = database.first("select stats from v1_sync_runs where sync_id = ? order by id limit 1", syncId)
    const counts = run === undefined ? undefined : statedCounts(runs.textOrNull(run, "stats"))
    if (counts === undefined) return undefined
    const table = recordTables.resourceType
    const read = new RowReader(database.path, table)
    const types = database.hasTable(table)
      ? database.all(`select external_id from ${table} where sync_id = ? order by id`, syncId)
      : []
    return statsOf(
      types.map((row) => read.text(row, "external_id")),
      counts,
    )
  }
}

/**
 * The last page of the schema, of the tables and of their indexes. Pages that are not there are all zeros, which is damage where a tree
 * goes through them, and an end of what is in a row: so it is asked where they are. Throws what SQLite throws.
 */
const lastPage = (database: Database): number => {
  const names = leadingTables.flatMap(({ name, indexes }) => [name, ...indexes.map((index) => index.name)])
  const pages = ["sqlite_schema", ...names].map((name) =>
    database.first("select max(pageno) as last from dbstat where name = ?", name),
  )
  return Math.max(...pages.map((row) => Number(row?.["last"] ?? 0)))
}
