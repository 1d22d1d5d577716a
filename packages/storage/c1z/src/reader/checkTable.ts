// What a table of an untrusted file must be before it is read: a plain table with plain columns and short defaults, whose
// pages and those of its indexes are in order. Then reading takes as long as its rows, and no longer.
import type { DatabaseSync } from "node:sqlite"
import { unreadable } from "./readFailure.ts"

/** The most characters of a default. The format has `'full'`. */
const longestDefault = 64

/**
 * The columns of a table that is as it must be; `undefined` where there is no such table.
 * @param path The .c1z file that failures name.
 */
export const checkTable = (path: string, sqlite: DatabaseSync, table: string): ReadonlySet<string> | undefined => {
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

  const verdict = sqlite.prepare(`pragma quick_check(${table})`).get()
  if (verdict?.["quick_check"] !== "ok") throw unreadable(path, `its table ${table} is damaged`)
  return new Set(columns.map((column) => String(column["name"])))
}
