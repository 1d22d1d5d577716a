// Failures of reading a file, with the sentence for each.
import { StoreError, storeReasonOf, systemCodeOf, whatStandsThere } from "@rollcall/connector"
import { Effect } from "effect"

/** A file that is damaged, foreign, or more than a reader can be asked to take. */
export const unreadable = (path: string, problem: string, cause?: unknown): StoreError =>
  new StoreError({
    reason: "Unreadable",
    message: `${path} cannot be read: ${problem}.`,
    hint: "Name another file, or move this one away and run `rollcall sync` again.",
    cause,
  })

type Said = { readonly problem: string; readonly hint: string }

const systemFailures: Readonly<
  Record<Exclude<ReturnType<typeof storeReasonOf>, "CannotWrite">, (cause: unknown) => Said>
> = {
  NotFound: () => ({ problem: "there is no such file", hint: "Name another file, or sync to this one first." }),
  NoPermission: () => ({
    problem: "permission is denied",
    hint: "Allow this user to read the file and its folder, or name another file.",
  }),
  NotAFile: (cause) => ({ problem: `it is ${whatStandsThere(cause)}`, hint: "Name a file, such as sync.c1z." }),
  DiskFull: () => ({
    problem: "the folder for temporary files is full",
    hint: "Free some space there, or name a folder on a larger disk with --c1z-temp-dir or TMPDIR.",
  }),
}

/** What Node or SQLite threw while a file was read, as a failure with a sentence. */
export const readFailure = (path: string, cause: unknown): StoreError => {
  if (cause instanceof StoreError) return cause
  // https://www.sqlite.org/rescode.html#full
  const reason = sqliteCode(cause) === 13 ? "DiskFull" : storeReasonOf(cause)
  if (reason !== "CannotWrite") {
    const { problem, hint } = systemFailures[reason](cause)
    return new StoreError({ reason, message: `${path} cannot be read: ${problem}.`, hint, cause })
  }
  const code = systemCodeOf(cause)
  if (code === "ERR_SQLITE_ERROR") return unreadable(path, sqliteProblem(cause), cause)
  if (code === "Z_BUF_ERROR") return unreadable(path, "it ends too early", cause)
  if (code.startsWith("ZSTD_")) return unreadable(path, "its compressed content is damaged", cause)
  return unreadable(path, "reading it failed", cause)
}

// "SQL logic error" is the answer to a question about a column that is not there. https://www.sqlite.org/rescode.html
const sqliteProblem = (cause: unknown): string =>
  sqliteCode(cause) === 1 ? "the tables in it are not those of a .c1z file" : "the database in it is damaged"

/** Synchronous reading; what it throws becomes a StoreError. */
export const reading = <A>(path: string, read: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({ try: read, catch: (cause) => readFailure(path, cause) })

const sqliteCode = (cause: unknown): unknown =>
  typeof cause === "object" && cause !== null && "errcode" in cause ? cause.errcode : undefined
