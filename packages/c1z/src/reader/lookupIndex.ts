// The index by which one record is found. Files that we or the Go SDK wrote have it; in any other, each of a million rows
// would otherwise be looked up by reading a million.
import type { DatabaseSync } from "node:sqlite"

const columns = ["external_id", "sync_id"]

/** The index of a table on `external_id` and `sync_id`, as SQL names it; made where there is none. */
export const lookupIndex = (sqlite: DatabaseSync, table: string): string => {
  const indexes = sqlite.prepare("select name from pragma_index_list(?) where partial = 0").all(table)
  const found = indexes.map((index) => String(index["name"])).find((name) => isOnColumns(sqlite, name))
  if (found !== undefined) return quoted(found)
  const own = quoted(`rollcall_lookup_${table}`)
  sqlite.exec(`create index ${own} on ${table} (${columns.map((name) => `${name} collate binary`).join(", ")})`)
  return own
}

const isOnColumns = (sqlite: DatabaseSync, index: string): boolean => {
  const found = sqlite.prepare("select name, coll from pragma_index_xinfo(?) order by seqno limit 2").all(index)
  return columns.every((name, place) => found[place]?.["name"] === name && found[place]["coll"] === "BINARY")
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
