// Whose file stands where a work file would, told from its first bytes, which SQLite keeps for that. Not for a file that
// this process holds: closing it here would drop SQLite's locks.
import { closeSync, openSync, readSync } from "node:fs"
import { workApplicationId } from "./workTables.ts"

// https://www.sqlite.org/fileformat.html#the_database_header
const sqliteMagic = "SQLite format 3\0"
const applicationIdAt = 68

/** Whether a file begins as a work file does, be the rest of it damaged or not. */
export const hasWorkHeader = (path: string): boolean => {
  const header = Buffer.alloc(applicationIdAt + 4)
  const file = openSync(path, "r")
  try {
    readSync(file, header, 0, header.length, 0)
  } finally {
    closeSync(file)
  }
  return header.toString("latin1", 0, 16) === sqliteMagic && header.readInt32BE(applicationIdAt) === workApplicationId
}
