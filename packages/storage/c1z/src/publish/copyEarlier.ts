// Copies syncs of the previous output into the new database, row by row. Files of older writers lack columns and tables,
// which then take their defaults.
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { DatabaseSync } from "node:sqlite"
import { valueLimit } from "../reader/Database.ts"
import { unreadable } from "../reader/readFailure.ts"
import type { Table } from "../schema.ts"
import { built, bytesOf, detach, inSlices } from "../sqlite.ts"
import { attempt, ignoreFailure } from "../WorkStore/storeFailure.ts"
import type { EarlierSyncs } from "./earlierSyncs.ts"
import { cannotReplace } from "../output.ts"

/** Rows that are copied at once: some tens of milliseconds. */
const rowsPerPortion = 5000

/** Copies some tables of the syncs to keep into the database that is built at a path and holds nothing of them yet. */
export const copyEarlier = Effect.fnUntraced(function* (
  db: DatabaseSync,
  path: string,
  earlier: Pick<EarlierSyncs, "path" | "output" | "keep">,
  tables: ReadonlyArray<Table>,
): Effect.fn.Return<void, StoreError> {
  const { length } = db.limits
  const copy = Effect.gen(function* () {
    yield* attempt(path, () => db.exec("begin"))
    const room = roomFor(db)
    yield* inSlices(path, copyRows(db, earlier.keep, tables), () => {
      if (bytesOf(db, built) > room) throw unreadable(earlier.output, "its rows are larger than the file is")
    })
    yield* attempt(path, () => db.exec("commit"))
  })
  yield* Effect.acquireUseRelease(
    attempt(path, () => {
      db.prepare("attach ? as earlier").run(earlier.path)
      // What is carried on must be fit for our own reader.
      db.limits.length = valueLimit
    }),
    () => copy,
    () =>
      ignoreFailure(() => {
        db.limits.length = length
        detach(db, "earlier")
      }),
  ).pipe(
    Effect.mapError((error) =>
      error.reason === "DiskFull" ? error : cannotReplace(earlier.output, "is damaged", error),
    ),
  )
})

/**
 * Bytes that the copy may take: twice those of the original, as rows of old writers grow by the columns that came later.
 * Without a bound a few kilobytes could fill a disk: the default of a column counts in every row, and stands in the file
 * but once.
 */
const roomFor = (db: DatabaseSync): number => 1024 ** 2 + 2 * bytesOf(db, "earlier")

/** Copies the rows of some syncs; yields after each portion. */
function* copyRows(db: DatabaseSync, syncs: ReadonlyArray<string>, tables: ReadonlyArray<Table>): Generator<void> {
  db.exec("drop table if exists temp.kept_syncs; create temp table kept_syncs (sync_id text primary key) without rowid")
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
    insert into ${built}.${name} (${list}) select ${list} from earlier.${name}
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
