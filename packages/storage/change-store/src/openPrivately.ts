// An SQLite file for this user alone, and what it fails with. Other stores of this user open theirs with it too.
import { StoreError, storeReasonOf, systemCodeOf, whatStandsThere } from "@rollcall/connector"
import { Data, Effect } from "effect"
import type { Stats } from "node:fs"
import { closeSync, openSync, statSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"

/** What SQLite calls a database that is no file. */
const inMemory = ":memory:"

/** How long another process may keep the file while it writes an entry, in milliseconds. */
export const patience = 10_000

/** How messages call a store. */
export interface StoreWords {
  /** The beginning of a sentence: "The store of changes". */
  readonly called: string
  /** The end of one that says what else could be done: "name another one with BATON_LEASES". */
  readonly elsewhere: string
}

const ofChanges: StoreWords = { called: "The store of changes", elsewhere: "name another one with BATON_LEASES" }

/**
 * What makes a write that was made survive a crash of the machine. SQLite undoes the last one where the journal is there again after it, so
 * the folder is written to the disk too, which `full`, the default, leaves out (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
const durable = "pragma synchronous = extra"

/** Opens the database at a path until the scope ends, with these tables; makes the file (0600) where there is none. */
export const openPrivately = (path: string, schema: string, wait = patience, words = ofChanges) =>
  Effect.acquireRelease(
    attempt(
      path,
      () => {
        if (path !== inMemory) createPrivately(path)
        const db = new DatabaseSync(path, { timeout: wait })
        try {
          db.exec(`${durable}; ${schema}`)
        } catch (cause) {
          db.close()
          throw cause
        }
        return db
      },
      words,
    ),
    (db) => Effect.sync(() => db.close()),
  )

/** Reads from the database at a path, which is not made: `undefined` where there is none. */
export const readPrivately = <A>(
  path: string,
  read: (db: DatabaseSync) => A,
  words = ofChanges,
): Effect.Effect<A | undefined, StoreError> =>
  attempt(
    path,
    () => {
      const found = statSync(path, { throwIfNoEntry: false })
      if (found === undefined) return undefined
      if (!found.isFile()) throw notAFile(found)
      const readIn = (readOnly: boolean) => {
        const db = new DatabaseSync(path, { readOnly, timeout: patience })
        try {
          return read(db)
        } finally {
          db.close()
        }
      }
      try {
        return readIn(true)
      } catch (cause) {
        // Somebody was killed while they wrote, and what they began has to be undone first.
        if (sqliteCodeOf(cause) === readOnlyRollback) return readIn(false)
        throw cause
      }
    },
    words,
  )

/** Made here because SQLite would let others read it. */
const createPrivately = (path: string): void => {
  try {
    closeSync(openSync(path, "wx", 0o600))
  } catch (cause) {
    if (systemCodeOf(cause) !== "EEXIST") throw cause
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isFile() === false) throw notAFile(found)
  }
}

/** Runs work on the file; what Node and SQLite throw becomes a StoreError. */
export const attempt = <A>(path: string, work: () => A, words = ofChanges): Effect.Effect<A, StoreError> =>
  Effect.try({ try: work, catch: (cause) => storeFailure(path, cause, words) })

/** What stands there is opened by nobody: SQLite would wait for the other end of a pipe. */
const notAFile = (found: Stats) =>
  new NotAFile({ cause: { code: found.isDirectory() ? "EISDIR" : found.isFIFO() || found.isSocket() ? "ENXIO" : "" } })

// https://www.sqlite.org/rescode.html; the lower byte of an extended code is its primary code.
const readOnlyRollback = 776
const constraintUnique = 2067
const constraintPrimaryKey = 1555

/** The extended code of what SQLite threw. */
const sqliteCodeOf = (cause: unknown): number | undefined =>
  systemCodeOf(cause) === "ERR_SQLITE_ERROR" && cause instanceof Error && "errcode" in cause
    ? Number(cause.errcode)
    : undefined

/** Whether a row was not written since another has what only one may have. */
export const isTaken = (cause: unknown): boolean => {
  const code = sqliteCodeOf(cause)
  return code === constraintUnique || code === constraintPrimaryKey
}

const sqliteCodes: Readonly<Record<number, StoreError["reason"]>> = {
  // Our statements fit our tables, and not those of another program.
  1: "Unreadable",
  5: "Busy",
  8: "NoPermission",
  11: "Unreadable",
  13: "DiskFull",
  14: "NoPermission",
  26: "Unreadable",
}

/** Why the store at this path could not do its work. */
export const storeFailure = (path: string, cause: unknown, words = ofChanges): StoreError => {
  if (cause instanceof NotAFile) return failureOf(path, "NotAFile", cause.cause, words)
  const code = sqliteCodeOf(cause)
  const reason = code === undefined ? storeReasonOf(cause) : (sqliteCodes[code & 0xff] ?? "CannotWrite")
  return failureOf(path, reason, cause, words)
}

/** The failure of a store that holds what no store of ours does. */
export const damaged = (path: string, cause: unknown, words = ofChanges): StoreError =>
  failureOf(path, "Unreadable", cause, words)

class NotAFile extends Data.TaggedError("NotAFile")<{ readonly cause: unknown }> {}

const sentencesOf = ({
  called,
  elsewhere,
}: StoreWords): Readonly<Record<StoreError["reason"], readonly [what: string, hint: string]>> => ({
  Busy: ["is in use by another process", "Wait until that has ended, then run the same again."],
  NotAFile: ["is no file", `Move away what stands there, or ${elsewhere}.`],
  NotFound: ["cannot be made: its folder does not exist", `Create the folder, or ${elsewhere}.`],
  NoPermission: ["cannot be written: permission is denied", `Allow this user to write there, or ${elsewhere}.`],
  DiskFull: [
    "could not be written: the disk is full",
    "Free some space, then run the same again: what was done is skipped.",
  ],
  CannotWrite: ["could not be written", `Check the disk, or ${elsewhere}; then run the same again.`],
  CannotReplace: ["cannot be replaced", `Move it away, or ${elsewhere}.`],
  Unreachable: ["does not answer", "Check what it lies on, then run the same again: what was done is skipped."],
  Unreadable: [`is damaged, or ${called.replace("The", "no")}`, `Restore it from a copy, or ${elsewhere}.`],
  Exists: ["exists already", `Move it away, or ${elsewhere}.`],
})

const failureOf = (path: string, reason: StoreError["reason"], cause: unknown, words: StoreWords): StoreError => {
  const [what, hint] = sentencesOf(words)[reason]
  const stands = reason === "NotAFile" ? `: it is ${whatStandsThere(cause)}` : ""
  return new StoreError({ reason, message: `${words.called} ${path} ${what}${stands}.`, hint, cause })
}
