// The lock of a work file. It is SQLite's exclusive lock, which the system releases when a process dies, however it dies.
import { closeSync, openSync, statSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { StoreError, systemCodeOf } from "@rollcall/connector"
import { describeHolder } from "./holder.ts"
import { reasonOf } from "./storeFailure.ts"
import { pageBytes } from "./workTables.ts"

/**
 * The database at a path, made where nothing stands there, locked for as long as it is open, and in a transaction.
 * Throws at once when another process holds it.
 */
export const openLocked = (path: string): DatabaseSync => {
  for (;;) {
    createPrivately(path)
    const inode = inodeOf(path)
    const db = new DatabaseSync(path)
    try {
      lock(db, path)
    } catch (cause) {
      db.close()
      throw cause
    }
    // Whoever held the lock before may have removed the file in the meantime: then this lock guards nothing.
    if (inodeOf(path) === inode) return db
    db.close()
  }
}

/** What stands in the work file's place is somebody else's, and may be all that they have. */
export const notOurs = (path: string, cause: unknown): StoreError =>
  new StoreError({
    reason: "NotAFile",
    message: `${path} is not a work file of Rollcall, but a sync of this output needs that name. It has not been touched.`,
    hint: "Move it away, or name another output, then sync again.",
    cause,
  })

/** Created here because SQLite would let others read it; never opened twice, as closing a file drops its locks. */
const createPrivately = (path: string): void => {
  try {
    closeSync(openSync(path, "wx", 0o600))
  } catch (cause) {
    if (systemCodeOf(cause) !== "EEXIST") throw cause
    // SQLite would wait for the other end of a pipe.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) throw notOurs(path, cause)
  }
}

const inodeOf = (path: string): bigint | undefined => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino

const lock = (db: DatabaseSync, path: string): void => {
  try {
    db.exec(`pragma page_size = ${pageBytes}; pragma locking_mode = exclusive; begin exclusive`)
  } catch (cause) {
    if (reasonOf(cause) !== "Busy") throw cause
    throw new StoreError({
      reason: "Busy",
      message: `Another sync is writing the same output: ${describeHolder(path)}.`,
      hint: "Wait until it has ended, or stop it, then sync again; or name another output.",
      cause,
    })
  }
}
