// The audit log as a file of JSON lines. An entry counts as written once it is on the disk, and what other processes
// write to the same file, or left half written in it, does not mix with it.
import type { AuditEntry } from "@rollcall/connector"
import { AuditLog, StoreError, storeReasonOf, whatStandsThere } from "@rollcall/connector"
import { Effect, Layer } from "effect"
import { constants } from "node:fs"
import type { FileHandle } from "node:fs/promises"
import { open } from "node:fs/promises"
import { dirname } from "node:path"

/** Where the log lies when no place is named: beside the output, as in `sync.c1z.audit.ndjson`. */
export const auditFileBeside = (output: string): string => `${output}.audit.ndjson`

/**
 * A log in this file. It is made with its first entry, for this user alone (0600). It is opened again for each entry, so
 * that it can be moved away at any time; nothing but a plain file is written to, and no link is followed.
 */
export const auditLogFile = (path: string): Layer.Layer<AuditLog> =>
  Layer.succeed(AuditLog, {
    append: (entry) => appendEntry(path, entry),
    has: (requestId) => hasEntry(path, requestId),
  })

const appendEntry = Effect.fn("AuditLog.append")(function* (
  path: string,
  entry: AuditEntry,
): Effect.fn.Return<void, StoreError> {
  yield* Effect.acquireUseRelease(
    openLog(path),
    (file) =>
      Effect.gen(function* () {
        const { isFirst } = yield* appendLine(path, file, encodeEntry(entry))
        // The name of a file that may be new has to survive as well.
        if (isFirst) yield* syncFolder(path)
      }),
    (file) => Effect.promise(() => file.close()),
  )
}, Effect.uninterruptible)

/** Reads the file line by line; one that is not there has no entries. */
const hasEntry = Effect.fn("AuditLog.has")(function* (
  path: string,
  requestId: string,
): Effect.fn.Return<boolean, StoreError> {
  const wanted = `"requestId":${JSON.stringify(requestId)}`
  return yield* Effect.acquireUseRelease(
    openLog(path),
    (file) =>
      attempt(path, async () => {
        for await (const line of file.readLines({ autoClose: false, start: 0 })) if (line.includes(wanted)) return true
        return false
      }),
    (file) => Effect.promise(() => file.close()),
  )
})

// A named pipe without a reader would make a plain open wait for ever.
const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK

const openLog = (path: string) => attempt(path, () => open(path, flags, 0o600))

const syncFolder = (path: string) =>
  Effect.acquireUseRelease(
    attempt(path, () => open(dirname(path), constants.O_RDONLY)),
    (folder) => attempt(path, () => folder.sync()),
    (folder) => Effect.promise(() => folder.close()),
  )

/** Members of a line, in the order in which people find their way; every one that an entry may have. */
const inOrder = Object.keys({
  time: true,
  requestId: true,
  actor: true,
  issuer: true,
  subject: true,
  tenant: true,
  connection: true,
  connector: true,
  osUser: true,
  statedReason: true,
  ticket: true,
  planId: true,
  approvedBy: true,
  lease: true,
  intent: true,
  target: true,
  outcome: true,
  reason: true,
  vanished: true,
} satisfies Record<keyof AuditEntry, true>)

/**
 * The entry as JSON and a line break. Reasons can hold what a system said, and logs are read on terminals: all but plain ASCII is written as
 * escapes, which every reader of JSON takes for the same text.
 */
const encodeEntry = (entry: AuditEntry): string => {
  const members = new Map(Object.entries(entry))
  const json = JSON.stringify(Object.fromEntries(inOrder.map((name) => [name, members.get(name)])))
  return `${json.replaceAll(/[\u007f-\uffff]/g, escape)}\n`
}

const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`

/** What is done with the file. */
export type OpenLog = Pick<FileHandle, "stat" | "read" | "write" | "sync">

/** Appends the line to the log at this path; tells whether it is the first. It is on the disk when this succeeds. */
export const appendLine = Effect.fnUntraced(function* (path: string, file: OpenLog, line: string) {
  const stats = yield* attempt(path, () => file.stat())
  if (!stats.isFile()) return yield* logFailure("NotAFile", path)

  // A line that a crash or a full disk truncated stays as it is, on a line of its own.
  const isCut = stats.size > 0 && !(yield* attempt(path, () => endsLine(file, stats.size)))
  const bytes = Buffer.from(isCut ? `\n${line}` : line)
  // One write, since the system keeps those of two processes apart.
  const { bytesWritten } = yield* attempt(path, () => file.write(bytes))
  if (bytesWritten < bytes.length) return yield* logFailure("DiskFull", path)

  yield* attempt(path, () => file.sync())
  return { isFirst: stats.size === 0 }
})

const endsLine = async (file: OpenLog, size: number): Promise<boolean> => {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer.toString() === "\n"
}

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
