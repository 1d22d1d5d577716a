// From what Node and SQLite throw to a StoreError that says what to do. The path is named, file contents never are.
import { existsSync } from "node:fs"
import { dirname } from "node:path"
import { StoreError, storeReasonOf, systemCodeOf, whatStandsThere } from "@rollcall/connector"
import { Effect } from "effect"

// https://www.sqlite.org/rescode.html; the lower byte of an extended code is its primary code.
const sqliteCodes: Readonly<Record<number, StoreError["reason"]>> = {
  5: "Busy",
  8: "NoPermission",
  11: "Unreadable",
  13: "DiskFull",
  14: "NoPermission",
  23: "NoPermission",
  26: "Unreadable",
}

const sentences: Record<StoreError["reason"], (path: string, cause?: unknown) => { message: string; hint: string }> = {
  Busy: (path) => ({
    message: `Another process is writing ${path}.`,
    hint: "Wait until it has ended, then sync again.",
  }),
  NotAFile: (path, cause) => ({
    message: `${path} is not a file: it is ${whatStandsThere(cause)}.`,
    hint: "Name a file, such as sync.c1z.",
  }),
  NotFound: (path) => ({
    message: existsSync(dirname(path))
      ? `No file can be created at ${path}: its folder accepts no files.`
      : `The folder of ${path} does not exist.`,
    hint: "Create the folder, or choose another path, then sync again.",
  }),
  NoPermission: (path) => ({
    message: `${path} cannot be written: permission is denied.`,
    hint: "Allow this user to write to the file and its folder, or choose another path.",
  }),
  DiskFull: (path) => ({
    message: `The disk is full: ${path} could not be written. The previous content is unchanged.`,
    hint: "Free some space, then sync again: it continues where it stopped.",
  }),
  CannotWrite: (path) => ({
    message: `${path} could not be written. The previous content is unchanged.`,
    hint: "Check the disk, then sync again: it continues where it stopped.",
  }),
  CannotReplace: (path) => ({
    message: `${path} cannot be replaced. It has not been touched.`,
    hint: "Move it away, or name another output, then sync again.",
  }),
  Unreachable: (path) => ({
    message: `${path} does not answer.`,
    hint: "Check what it lies on, then sync again: what was read is kept.",
  }),
  Unreadable: (path) => ({
    message: `${path} is damaged.`,
    hint: "Sync again: it starts from the beginning.",
  }),
  Exists: (path) => ({
    message: `${path} exists already. It has not been touched.`,
    hint: "Move it away, or name another output, then sync again.",
  }),
}

/** Why something that Node or SQLite threw keeps us from our work. */
export const reasonOf = (cause: unknown): StoreError["reason"] => {
  if (cause instanceof StoreError) return cause.reason
  // JSON of ours that cannot be parsed.
  if (cause instanceof SyntaxError) return "Unreadable"
  if (systemCodeOf(cause) !== "ERR_SQLITE_ERROR") return storeReasonOf(cause)
  const errcode = typeof cause === "object" && cause !== null && "errcode" in cause ? Number(cause.errcode) : 0
  return sqliteCodes[errcode & 0xff] ?? "CannotWrite"
}

/** A failure at a path, in the words for its reason. */
export const storeFailure = (reason: StoreError["reason"], path: string, cause?: unknown): StoreError =>
  new StoreError({ reason, path, ...sentences[reason](path, cause), cause })

/** Whether a failure says that the file at a path is damaged. */
export const isDamage = (error: StoreError, path: string): boolean =>
  error.reason === "Unreadable" && error.path === path

/**
 * Runs synchronous work of Node or SQLite on a path; what these throw becomes a StoreError. Anything else is a defect of
 * the program and stays one.
 */
export const attempt = <A>(path: string, work: () => A): Effect.Effect<A, StoreError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(work())
    } catch (cause) {
      if (cause instanceof StoreError) return Effect.fail(cause)
      if (systemCodeOf(cause) === "" && !(cause instanceof SyntaxError)) return Effect.die(cause)
      return Effect.fail(storeFailure(reasonOf(cause), path, cause))
    }
  })

/** Runs a finalizer whose failure nobody can act on: the file it would tidy is tidied by the next run. */
export const ignoreFailure = (work: () => void): Effect.Effect<void> =>
  Effect.sync(() => {
    try {
      work()
    } catch {
      // Left for the next run.
    }
  })
