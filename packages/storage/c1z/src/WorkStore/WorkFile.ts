// The work file: opening it, and its end.
import { chmodSync, rmSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import type { StoreError } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { notOurs, openLocked, removeHolder, writeHolder } from "./lock.ts"
import { attempt, reasonOf, storeFailure } from "./storeFailure.ts"
import { hasWorkHeader, createWorkTables, pageBytes, workApplicationId, workVersion } from "./workTables.ts"

const logBytes = 4_194_304

/** A work file that this process holds. */
export interface WorkFile {
  readonly path: string
  readonly db: DatabaseSync
  /** Why what an earlier run left could not be resumed. */
  readonly replaced?: "damaged"
}

/**
 * Opens and locks a work file, making a new one if it is missing or damaged. Fails at once when another holds it, and
 * where something stands there that is no work file: that is left as it is.
 */
export const openWorkFile = Effect.fnUntraced(function* (
  path: string,
  temp: string,
): Effect.fn.Return<WorkFile, StoreError> {
  const now = yield* Clock.currentTimeMillis
  return yield* attempt(path, () => {
    const file = openOrReplace(path, temp)
    try {
      writeHolder(path, now)
    } catch (cause) {
      file.db.close()
      throw cause
    }
    return file
  })
})

/** Closes a work file and leaves it for the next run. */
export const closeWorkFile = (file: WorkFile): void => {
  removeHolder(file.path)
  file.db.close()
}

/** Closes a work file and removes it. */
export const discardWorkFile = (file: WorkFile): void => {
  try {
    // Closing a database in WAL mode removes its log by name, and by then the name can be that of the next holder. So
    // the log goes first, the name next, and the lock last.
    file.db.prepare("pragma journal_mode = memory").get()
    rmSync(file.path, { force: true })
  } catch {
    // Damaged, or the disk is too full to fold the log in. What is not wanted any more must not be resumed.
    file.db.close()
    removeWithLog(file.path)
  }
  removeHolder(file.path)
  if (file.db.isOpen) file.db.close()
}

const openOrReplace = (path: string, temp: string): WorkFile => {
  try {
    return { path, db: openPrepared(path, temp) }
  } catch (cause) {
    if (reasonOf(cause) !== "Unreadable") throw cause
    if (!hasWorkHeader(path)) throw notOurs(path, cause)
    removeWithLog(path)
    return { path, db: openPrepared(path, temp), replaced: "damaged" }
  }
}

const openPrepared = (path: string, temp: string): DatabaseSync => {
  const db = openLocked(path)
  try {
    makeOrCheck(db, path)
    db.exec("commit")
    prepare(db, temp)
    return db
  } catch (cause) {
    db.close()
    throw cause
  }
}

/** A file gets its tables atomically, so that its header tells whose it is from the first bytes on. */
const makeOrCheck = (db: DatabaseSync, path: string): void => {
  const applicationId = readNumber(db, "pragma application_id")
  if (applicationId === 0 && readNumber(db, "select count(*) from sqlite_schema") === 0) {
    db.exec(createWorkTables)
    return
  }
  const isOurs = applicationId === workApplicationId && readNumber(db, "pragma user_version") === workVersion
  if (!isOurs || db.prepare("pragma quick_check(1)").get()?.["quick_check"] !== "ok") {
    throw storeFailure("Unreadable", path)
  }
  chmodSync(path, 0o600)
}

const prepare = (db: DatabaseSync, temp: string): void => {
  // Holds for the whole process, and is only where SQLite looks first: its own choice may be a folder that a container
  // does not let us write.
  db.prepare(`pragma temp_store_directory = '${temp.replaceAll("'", "''")}'`).all()
  db.exec(`
    pragma journal_mode = wal; pragma synchronous = normal;
    pragma wal_autocheckpoint = ${logBytes / pageBytes}; pragma journal_size_limit = ${logBytes};
    pragma temp_store = file; pragma temp.cache_size = -8192; pragma cache_size = -4096; pragma trusted_schema = off
  `)
}

const readNumber = (db: DatabaseSync, sql: string): number => Number(Object.values(db.prepare(sql).get() ?? {})[0])

const removeWithLog = (path: string): void => {
  for (const name of [path, `${path}-wal`, `${path}-shm`, `${path}-journal`]) rmSync(name, { force: true })
}
