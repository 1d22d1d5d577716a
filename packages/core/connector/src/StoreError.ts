// What a store or a file may fail with, and why Node could not read or write one: one table for every file of ours.
import { Schema } from "effect"
import type { Failure, FailureKind } from "./Failure.ts"

const Reason = Schema.Literals([
  "Busy",
  "NotAFile",
  "NoPermission",
  "DiskFull",
  "CannotWrite",
  "Unreadable",
  "NotFound",
  "CannotReplace",
  "Unreachable",
  "Exists",
])

const kinds: Record<typeof Reason.Type, FailureKind> = {
  Busy: "busy",
  NotAFile: "configuration",
  NoPermission: "configuration",
  NotFound: "configuration",
  DiskFull: "cannotWrite",
  CannotWrite: "cannotWrite",
  Unreadable: "unreadable",
  CannotReplace: "configuration",
  Unreachable: "interrupted",
  Exists: "cannotWrite",
}

/**
 * Why a store could not do its work:
 * - `Busy`: another process is writing the same output.
 * - `NotAFile`, `NoPermission`, `NotFound`: the path is a directory, cannot be used, or names nothing.
 * - `DiskFull`, `CannotWrite`: the output could not be written; what stood there before still does.
 * - `Unreadable`: the file is damaged, foreign, or larger than the reader allows.
 * - `CannotReplace`: what stands at the output is damaged or foreign, or no file can take its place.
 * - `Unreachable`: what holds the store, such as a database, did not answer. It may later.
 * - `Exists`: the name of a published file is taken; what is there is unchanged.
 */
export class StoreError
  extends Schema.TaggedError<StoreError>()("StoreError", {
    reason: Reason,
    message: Schema.String,
    hint: Schema.String,
    /** The file that it is about, for those who decide by it. */
    path: Schema.optional(Schema.String),
    cause: Schema.optional(Schema.Defect()),
  })
  implements Failure
{
  get kind(): FailureKind {
    return kinds[this.reason]
  }
}

interface SystemCode {
  readonly reason: "DiskFull" | "NoPermission" | "NotFound" | "NotAFile"
  /** What is found where a file should be. */
  readonly standsThere?: string
}

const systemCodes: Readonly<Record<string, SystemCode>> = {
  ENOSPC: { reason: "DiskFull" },
  EDQUOT: { reason: "DiskFull" },
  EFBIG: { reason: "DiskFull" },
  EACCES: { reason: "NoPermission" },
  EPERM: { reason: "NoPermission" },
  EROFS: { reason: "NoPermission" },
  ENOENT: { reason: "NotFound" },
  ENOTDIR: { reason: "NotFound" },
  EISDIR: { reason: "NotAFile", standsThere: "a directory" },
  // A link that is not followed, or that leads to itself.
  ELOOP: { reason: "NotAFile", standsThere: "a link" },
  // A socket, or a pipe that nobody reads.
  ENXIO: { reason: "NotAFile", standsThere: "a socket or a pipe" },
}

const known = (cause: unknown): SystemCode | undefined => {
  const code = systemCodeOf(cause)
  return Object.hasOwn(systemCodes, code) ? systemCodes[code] : undefined
}

/** The reason by the code of what Node threw (https://nodejs.org/api/errors.html#common-system-errors). */
export const storeReasonOf = (cause: unknown): SystemCode["reason"] | "CannotWrite" =>
  known(cause)?.reason ?? "CannotWrite"

/** What a `NotAFile` has found where a file should be, as its code says it. */
export const whatStandsThere = (cause: unknown): string =>
  known(cause)?.standsThere ?? "a directory, a link or a device"

/** The code of an error of Node's, such as `ENOENT`; empty where there is none. */
export const systemCodeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : ""
