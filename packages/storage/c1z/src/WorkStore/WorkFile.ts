// The work file: opening it, which sync it holds and how far that has come, and its end; and a look at it that changes
// nothing, for whoever wants to know before a sync.
import type { HeldSync, StoreError } from "@rollcall/connector"
import { StepState } from "@rollcall/connector"
import { Clock, Effect, Option, Schema } from "effect"
import { chmodSync, rmSync, statSync } from "node:fs"
import { resolve } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { followLink, workPath } from "../output.ts"
import { notOurs, openLocked, removeHolder, writeHolder } from "./lock.ts"
import { attempt, reasonOf, storeFailure } from "./storeFailure.ts"
import {
  createWorkTables,
  hasWorkHeader,
  pageBytes,
  recordTables,
  workApplicationId,
  workVersion,
} from "./workTables.ts"

/** Bytes of the log before it is folded into the file: with a quarter of it storing pages takes a third more. */
const logBytes = 16_777_216

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

/** The sync that the work file holds, if any. */
export const readHeldSync = (db: DatabaseSync): HeldSync | undefined => {
  const row = db.prepare("select identity, sync_id, started_at, shrank from sync").get()
  if (row === undefined) return undefined
  return {
    identity: String(row["identity"]),
    syncId: String(row["sync_id"]),
    startedAt: Number(row["started_at"]),
    ...(row["shrank"] === 1 ? { shrank: true } : {}),
  }
}

/** Keeps in mind that the sync was not published because it would have lost too much. */
export const markShrank = (db: DatabaseSync): void => db.exec("update sync set shrank = 1")

/** Whether all states of the steps can be understood: a build with other words may have written them. */
export const areStatesReadable = (db: DatabaseSync): boolean => storedStates(db).every(Option.isSome)

/** Empties the work file and begins a sync in it. */
export const beginSync = (db: DatabaseSync, sync: HeldSync): void => {
  forgetSync(db)
  db.prepare("insert into sync (identity, sync_id, started_at) values (?, ?, ?)").run(
    sync.identity,
    sync.syncId,
    sync.startedAt,
  )
}

/** Empties the file. */
export const forgetSync = (db: DatabaseSync): void => {
  for (const table of [...recordTables, "steps", "sync"]) db.exec(`delete from ${table}`)
}

/** How far each step has come. */
export const readSteps = (db: DatabaseSync): ReadonlyArray<StepState> => storedStates(db).map(known)

/** The states of the steps; `None` for one that cannot be understood. */
const storedStates = (db: DatabaseSync): ReadonlyArray<Option.Option<StepState>> =>
  db
    .prepare("select state from steps order by step")
    .all()
    .map((row) => decodeState(String(row["state"])))

const decodeState = Schema.decodeUnknownOption(Schema.fromJsonString(StepState))

const known = (state: Option.Option<StepState>): StepState => {
  if (Option.isSome(state)) return state.value
  throw new SyntaxError("The work file holds the state of a step that cannot be understood.")
}

/** What stands where the work file of an output would. */
export interface WorkFound {
  readonly path: string
  /** `left`: a sync that was stopped or killed; `foreign`: something that keeps a sync from its work. */
  readonly state: "nothing" | "left" | "busy" | "foreign"
}

/** Looks at what stands beside an output. Not for a process that writes this output itself. */
export const inspectWork = (output: string): Effect.Effect<WorkFound, StoreError> =>
  attempt(output, () => {
    const path = workPath(followLink(resolve(output)))
    return { path, state: stateOf(path) }
  })

const stateOf = (path: string): WorkFound["state"] => {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return "nothing"
  if (!stats.isFile()) return "foreign"
  if (isLocked(path)) return "busy"
  return stats.size === 0 || hasWorkHeader(path) ? "left" : "foreign"
}

/**
 * Whether another process holds a work file. In exclusive mode SQLite tries the lock before it would make a log beside
 * the file, and this connection may not write: a file that nobody holds ends in another error, and stays as it is.
 */
const isLocked = (path: string): boolean => {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { readOnly: true })
    db.exec("pragma locking_mode = exclusive")
    db.prepare("select count(*) from sqlite_schema").get()
    return false
  } catch (cause) {
    return reasonOf(cause) === "Busy"
  } finally {
    db?.close()
  }
}
