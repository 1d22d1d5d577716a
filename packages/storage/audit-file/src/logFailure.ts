// From what Node says when the log cannot be written to a StoreError that says what to do.
import { StoreError, storeReasonOf, whatStandsThere } from "@rollcall/connector"
import { Effect } from "effect"

type Reason = ReturnType<typeof storeReasonOf>

const elsewhere = "name another file with --audit-file or BATON_AUDIT_FILE"

const sentences: Readonly<
  Record<Reason, (path: string, cause: unknown) => { readonly message: string; readonly hint: string }>
> = {
  NotAFile: (path, cause) => ({
    message: `The audit log ${path} is not a plain file: it is ${whatStandsThere(cause)}.`,
    hint: `Move it away, or ${elsewhere}.`,
  }),
  NoPermission: (path) => ({
    message: `The audit log ${path} cannot be written: permission is denied.`,
    hint: `Allow this user to write there, or ${elsewhere}.`,
  }),
  NotFound: (path) => ({
    message: `The folder of the audit log ${path} does not exist.`,
    hint: `Create the folder, or ${elsewhere}.`,
  }),
  DiskFull: (path) => ({
    message: `The disk is full: the audit log ${path} could not be written.`,
    hint: "Free some space, then run the same again: what was done is skipped.",
  }),
  CannotWrite: (path) => ({
    message: `The audit log ${path} could not be written.`,
    hint: `Check the disk, or ${elsewhere}; then run the same again: what was done is skipped.`,
  }),
}

/** A failure of the log in this file. */
export const logFailure = (reason: Reason, path: string, cause?: unknown): StoreError =>
  new StoreError({ reason, ...sentences[reason](path, cause), ...(cause === undefined ? {} : { cause }) })

/** Runs work on the file; what Node throws becomes a StoreError. */
export const attempt = <A>(path: string, work: () => Promise<A>): Effect.Effect<A, StoreError> =>
  Effect.tryPromise({ try: work, catch: (cause) => logFailure(storeReasonOf(cause), path, cause) })
