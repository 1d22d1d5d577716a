// The syncs of the previous output: listed and copied row by row. Files of older writers lack columns and tables, which
// then take their defaults.
import type { DatabaseSync } from "node:sqlite"
import type { Table } from "../schema.ts"
import { tables } from "../schema.ts"
import type { SyncRun } from "./retention.ts"

/** Rows that are copied at once: some tens of milliseconds. */
const rowsPerPortion = 5000

/** Lets a database see the previous one as `earlier`. Its schema was written by others and may do nothing by itself. */
export const attachEarlier = (db: DatabaseSync, path: string): void => {
  db.exec("pragma trusted_schema = off")
  db.prepare("attach ? as earlier").run(path)
}

/** The syncs of the previous output, in the order of their rows. */
export const listEarlier = (db: DatabaseSync): ReadonlyArray<SyncRun> => {
  const columns = columnsOf(db, "v1_sync_runs")
  const type = columns.includes("sync_type") ? "sync_type" : "'full'"
  const linked = columns.includes("linked_sync_id") ? "linked_sync_id" : "''"
  if (columns.length === 0) return []
  return db
    .prepare(
      `select sync_id, started_at, ended_at, ${type} as type, ${linked} as linked from earlier.v1_sync_runs order by id`,
    )
    .all()
    .map((row) => ({
      syncId: String(row["sync_id"]),
      startedAt: String(row["started_at"]),
      ...(row["ended_at"] === null ? {} : { endedAt: String(row["ended_at"]) }),
      type: String(row["type"]),
      linkedSyncId: String(row["linked"]),
    }))
}

/** Copies the rows of some syncs; yields after each portion. */
export function* copyEarlier(db: DatabaseSync, syncs: ReadonlyArray<string>): Generator<void> {
  db.exec("create temp table kept_syncs (sync_id text primary key) without rowid")
  const keep = db.prepare("insert or ignore into kept_syncs values (?)")
  for (const sync of syncs) keep.run(sync)
  for (const table of tables) yield* copyTable(db, table)
}

function* copyTable(db: DatabaseSync, { name, columns }: Table): Generator<void> {
  const present = columnsOf(db, name)
  const shared = columns.map((it) => it.name).filter((it) => present.includes(it))
  if (!shared.includes("sync_id")) return
  const list = shared.join(", ")
  const portionEnd = db.prepare(`
    select max(id) as last from (select id from earlier.${name} where id > ? order by id limit ${rowsPerPortion})
  `)
  const copy = db.prepare(`
    insert into main.${name} (${list}) select ${list} from earlier.${name}
    where id > ? and id <= ? and sync_id in (select sync_id from kept_syncs) order by id
  `)
  portionEnd.setReadBigInts(true)
  let from = -1n
  for (;;) {
    const last: unknown = portionEnd.get(from)?.["last"]
    if (typeof last !== "bigint") return
    copy.run(from, last)
    from = last
    yield
  }
}

const columnsOf = (db: DatabaseSync, table: string): ReadonlyArray<string> =>
  db
    .prepare(
      "select c.name from pragma_table_info(?, 'earlier') c where exists (select 1 from earlier.sqlite_schema where type = 'table' and name = ?)",
    )
    .all(table, table)
    .map((row) => String(row["name"]))
