// The lock of a work file, and who holds it. It is SQLite's exclusive lock, which the system releases when a process dies,
// however it dies. The locked database cannot be read by others, so its holder says who it is in a small file beside it. That
// file is for people alone: a note that was left behind blocks nobody.
import { StoreError, systemCodeOf } from "@rollcall/connector"
import { Option, Schema } from "effect"
import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { DatabaseSync } from "node:sqlite"
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

const Holder = Schema.Struct({
  pid: Schema.Int.check(Schema.isGreaterThan(0)),
  // Shown on a terminal, so it has to look like a host's name.
  host: Schema.String.check(Schema.isPattern(/^[\w.-]{1,255}$/)),
  since: Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)),
})

const decodeHolder = Schema.decodeUnknownOption(Schema.fromJsonString(Holder))

const maxNoteBytes = 4096

const notePath = (work: string): string => `${work}.holder`

/**
 * Says that this process holds a work file since an instant (milliseconds since the epoch). Where something else stands in
 * the note's place it stays, and there is no note.
 */
export const writeHolder = (work: string, since: number): void => {
  const note = { pid: process.pid, host: hostname(), since: new Date(since).toISOString() }
  removeHolder(work)
  try {
    writeFileSync(notePath(work), `${JSON.stringify(note)}\n`, { mode: 0o600, flag: "wx" })
  } catch (cause) {
    if (systemCodeOf(cause) !== "EEXIST") throw cause
  }
}

/** Takes a note away. */
export const removeHolder = (work: string): void => {
  if (Option.isSome(readHolder(work))) rmSync(notePath(work), { force: true })
}

/** Who holds a work file, in words; without details when no note can be believed. */
const describeHolder = (work: string): string =>
  Option.match(Option.filter(readHolder(work), isAlive), {
    onNone: () => "another process",
    onSome: ({ pid, host, since }) => `process ${pid} on ${host}, since ${since.slice(0, 19).replace("T", " ")} UTC`,
  })

const readHolder = (work: string): Option.Option<typeof Holder.Type> => {
  try {
    const stats = statSync(notePath(work))
    // Reading a pipe would wait for its other end.
    if (!stats.isFile() || stats.size > maxNoteBytes) return Option.none()
    return decodeHolder(readFileSync(notePath(work), "utf8"))
  } catch {
    return Option.none()
  }
}

/** A note of a process of this host that is gone was left behind by an earlier holder. */
const isAlive = ({ pid, host }: typeof Holder.Type): boolean => {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return systemCodeOf(cause) === "EPERM"
  }
}
