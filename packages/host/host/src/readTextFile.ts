// Reads a whole file that people wrote, or that is handed from one to another: a plan, a desired state, a list of approvers.
import { StoreError, storeReasonOf, whatStandsThere } from "@rollcall/connector"
import { Effect } from "effect"
import { open } from "node:fs/promises"

/** More than the plan of the longest list takes. */
const mostBytes = 256 * 1024 * 1024

/** The text of the file at this path, which is to be `what`: `a plan`. */
export const readTextFile = (path: string, what: string): Effect.Effect<string, StoreError> =>
  Effect.tryPromise({
    try: async () => {
      const file = await open(path)
      try {
        const stats = await file.stat()
        if (!stats.isFile()) throw Object.assign(new Error(), { code: "EISDIR" })
        if (stats.size > mostBytes) throw Object.assign(new Error(), { code: "EFBIG" })
        return await file.readFile("utf8")
      } finally {
        await file.close()
      }
    },
    catch: (cause) => unreadable(path, what, cause),
  })

const unreadable = (path: string, what: string, cause: unknown): StoreError => {
  const why = {
    NotFound: "there is no such file",
    NoPermission: "permission is denied",
    NotAFile: `it is ${whatStandsThere(cause)}`,
    DiskFull: `it is too large to be ${what}`,
    CannotWrite: "reading failed",
  } as const
  const reason = storeReasonOf(cause)
  return new StoreError({
    reason: reason === "DiskFull" || reason === "CannotWrite" ? "Unreadable" : reason,
    message: `${path} cannot be read: ${why[reason]}.`,
    hint: `Name a file that is ${what}.`,
    cause,
  })
}
