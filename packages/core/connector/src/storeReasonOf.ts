// Why Node could not read or write a file, as the reason of a StoreError: one table for every file of ours.

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
