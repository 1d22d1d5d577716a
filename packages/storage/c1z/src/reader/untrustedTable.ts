// A table of an untrusted file before it is read. It must be a plain table with plain columns and short defaults, whose pages
// and those of its indexes are in order: then reading takes as long as its rows, and no longer. And what single rows are
// looked up by gets an index where the file has none, as each of a million rows would otherwise be found by reading a million.
import type { DatabaseSync } from "node:sqlite"
import { unreadable } from "./readFailure.ts"

/** The most characters of a default. The format has `'full'`. */
const longestDefault = 64

/**
 * The columns of a table that is as it must be; `undefined` where there is no such table.
 * @param path The .c1z file that failures name.
 * @param pages Whether its pages are checked, which takes time that grows with it.
 */
export const checkTable = (
  path: string,
  sqlite: DatabaseSync,
  table: string,
  pages = true,
): ReadonlySet<string> | undefined => {
  const kind = sqlite.prepare("select type from pragma_table_list where schema = 'main' and name = ?").get(table)
  if (kind === undefined) return undefined
  if (kind["type"] !== "table") throw unreadable(path, `${table} in it is not a plain table`)
  const columns = sqlite
    .prepare("select name, hidden, length(dflt_value) as length from pragma_table_xinfo(?)")
    .all(table)
  if (columns.some((column) => column["hidden"] !== 0)) throw unreadable(path, `${table} in it computes its columns`)
  if (columns.some((column) => Number(column["length"]) > longestDefault)) {
    throw unreadable(path, `${table} in it has a column with a huge default`)
  }

  const verdict = pages ? sqlite.prepare(`pragma quick_check(${table})`).get() : { quick_check: "ok" }
  if (verdict?.["quick_check"] !== "ok") throw unreadable(path, `its table ${table} is damaged`)
  return new Set(columns.map((column) => String(column["name"])))
}

/** The columns by which a record is found. */
const byId = ["external_id", "sync_id"]

/** An index of a table that begins with these columns, as SQL names it; made where there is none. */
export const lookupIndex = (sqlite: DatabaseSync, table: string, columns: ReadonlyArray<string> = byId): string => {
  const indexes = sqlite.prepare("select name from pragma_index_list(?) where partial = 0").all(table)
  const found = indexes.map((index) => String(index["name"])).find((name) => beginsWith(sqlite, name, columns))
  if (found !== undefined) return quoted(found)
  const own = quoted(["rollcall_lookup", table, ...(columns === byId ? [] : columns)].join("_"))
  sqlite.exec(`create index ${own} on ${table} (${columns.map((name) => `${name} collate BINARY`).join(", ")})`)
  return own
}

const beginsWith = (sqlite: DatabaseSync, index: string, columns: ReadonlyArray<string>): boolean => {
  const found = sqlite
    .prepare("select name, coll from pragma_index_xinfo(?) order by seqno limit ?")
    .all(index, columns.length)
  return columns.every((name, place) => found[place]?.["name"] === name && found[place]["coll"] === "BINARY")
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
