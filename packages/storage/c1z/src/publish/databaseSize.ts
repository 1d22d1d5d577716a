// How large a database is.
import type { DatabaseSync } from "node:sqlite"

/** Bytes of a page of the databases that we build. */
export const pageSize = 4096

/** The size in bytes of a database that a connection sees: its own, or the attached one. */
export const bytesOf = (db: DatabaseSync, schema: "main" | "earlier"): number => {
  const number = (name: string) => Number(db.prepare(`pragma ${schema}.${name}`).get()?.[name])
  return number("page_count") * number("page_size")
}
