// The indexes by which records are found. Files that we or the Go SDK wrote have them; in any other, each of a million rows
// would otherwise be looked up by reading a million.
import type { DatabaseSync } from "node:sqlite"

/** The columns by which a record is found. */
const byId = ["external_id", "sync_id"]

/** An index of a table that begins with these columns, as SQL names it; made where there is none. */
export const lookupIndex = (sqlite: DatabaseSync, table: string, columns: ReadonlyArray<string> = byId): string => {
  const indexes = sqlite.prepare("select name from pragma_index_list(?) where partial = 0").all(table)
  const found = indexes.map((index) => String(index["name"])).find((name) => beginsWith(sqlite, name, columns))
  if (found !== undefined) return quoted(found)
  const own = quoted(["rollcall_lookup", table, ...(columns === byId ? [] : columns)].join("_"))
  sqlite.exec(`create index ${own} on ${table} (${columns.map((name) => `${name} collate binary`).join(", ")})`)
  return own
}

const beginsWith = (sqlite: DatabaseSync, index: string, columns: ReadonlyArray<string>): boolean => {
  const found = sqlite
    .prepare("select name, coll from pragma_index_xinfo(?) order by seqno limit ?")
    .all(index, columns.length)
  return columns.every((name, place) => found[place]?.["name"] === name && found[place]["coll"] === "BINARY")
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
