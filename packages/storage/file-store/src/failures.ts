// From what Node says about a folder of published files, or about a local file, to a StoreError that says what to do.
import { StoreError, storeReasonOf, systemCodeOf, whatStandsThere } from "@rollcall/connector"

type Reason = ReturnType<typeof storeReasonOf>

const why = (reason: Reason, cause: unknown): string =>
  ({
    NotAFile: `it is ${whatStandsThere(cause)}`,
    NoPermission: "permission is denied",
    NotFound: "it does not exist",
    DiskFull: "the disk is full",
    CannotWrite: `the system reports ${systemCodeOf(cause) || "an unknown problem"}`,
  })[reason]

/** The file that is published or fetched, on this machine. */
export const localFailure = (path: string, cause: unknown): StoreError => {
  if (cause instanceof StoreError) return cause
  const reason = storeReasonOf(cause)
  return new StoreError({
    reason,
    path,
    message: `The local file ${path} cannot be used: ${why(reason, cause)}${reason === "NotFound" ? ", or its folder does not" : ""}.`,
    hint: reason === "DiskFull" ? "Free some space, then run the same again." : "Check the path and who may use it.",
    cause,
  })
}

/** The folder itself, in which files are published. */
export const folderFailure = (root: string, cause: unknown): StoreError =>
  new StoreError({
    // Not `NotFound`: that is a file which nobody has published yet.
    reason: storeReasonOf(cause) === "CannotWrite" ? "CannotWrite" : "NoPermission",
    message: `The folder for published files ${root} cannot be used: ${why(storeReasonOf(cause), cause)}.`,
    hint: "Create it, or mount the volume that it is on, and let this user read and write it.",
    cause,
  })

/** A name in the folder. */
export const fileFailure = (root: string, name: string, cause: unknown): StoreError => {
  if (cause instanceof StoreError) return cause
  const place = `the folder ${root}`
  const code = systemCodeOf(cause)
  if (code === "EEXIST") return taken(name, place, cause)
  const reason = storeReasonOf(cause)
  if (reason === "NotFound") return notPublished(name, place, cause)
  return new StoreError({
    reason,
    message: `The published file ${name} in ${place} cannot be used: ${why(reason, cause)}.`,
    hint:
      reason === "DiskFull"
        ? "Free some space on that disk; nothing was published."
        : "Check that this user may read and write there; nothing was published.",
    cause,
  })
}

/** The name is used. */
export const taken = (name: string, place: string, cause?: unknown): StoreError =>
  new StoreError({
    reason: "Exists",
    message: `A file ${name} is in ${place} already. It is unchanged: a name of a published file is used once.`,
    hint: "Publish under another name. If two runs used one name, let each have its own.",
    cause,
  })

/** There is no such file. */
export const notPublished = (name: string, place: string, cause?: unknown): StoreError =>
  new StoreError({
    reason: "NotFound",
    message: `There is no file ${name} in ${place}.`,
    hint: "Check the name; the file may have been removed.",
    cause,
  })

/** A file system on which a name cannot be taken once. */
export const noHardLinks = (root: string, cause: unknown): StoreError =>
  new StoreError({
    reason: "NoPermission",
    message: `Files cannot be published in ${root}: its file system has no hard links, by which a name is taken once.`,
    hint: "Use a local disk, NFS or another file system with hard links, or S3-compatible storage.",
    cause,
  })
