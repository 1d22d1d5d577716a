// Why Node could not read or write a file, as the reason of a StoreError: one table for every file of ours.

const reasons = {
  ENOSPC: "DiskFull",
  EDQUOT: "DiskFull",
  EFBIG: "DiskFull",
  EACCES: "NoPermission",
  EPERM: "NoPermission",
  EROFS: "NoPermission",
  ENOENT: "NotFound",
  ENOTDIR: "NotFound",
  EISDIR: "NotAFile",
  // A link that is not followed, or that leads to itself.
  ELOOP: "NotAFile",
  // A socket, or a pipe that nobody reads.
  ENXIO: "NotAFile",
} as const

/** The reason by the code of what Node threw (https://nodejs.org/api/errors.html#common-system-errors). */
export const storeReasonOf = (cause: unknown): (typeof reasons)[keyof typeof reasons] | "CannotWrite" => {
  const code = systemCodeOf(cause)
  return isKnown(code) ? reasons[code] : "CannotWrite"
}

/** What a `NotAFile` has found where a file should be, as its code says it. */
export const whatStandsThere = (cause: unknown): string => {
  const code = systemCodeOf(cause)
  if (code === "EISDIR") return "a directory"
  if (code === "ELOOP") return "a link"
  if (code === "ENXIO") return "a socket or a pipe"
  return "a directory, a link or a device"
}

/** The code of an error of Node's, such as `ENOENT`; empty where there is none. */
export const systemCodeOf = (cause: unknown): string =>
  typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : ""

const isKnown = (code: string): code is keyof typeof reasons => Object.hasOwn(reasons, code)
