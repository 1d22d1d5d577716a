// From what Node says when the archive cannot be written to a StoreError that says what to do.
import { StoreError, storeReasonOf } from "@rollcall/connector"
import { Effect } from "effect"

const sentences: Readonly<Record<ReturnType<typeof storeReasonOf>, readonly [message: string, hint: string]>> = {
  NotAFile: ["something other than a folder or a file stands there", "Name another folder with --archive."],
  NoPermission: ["permission is denied", "Allow this user to write there, or name another folder with --archive."],
  NotFound: [
    "it, or a folder above it, is not there or is no folder",
    "Create the folder, or name another one with --archive.",
  ],
  DiskFull: ["the disk is full", "Free some space; the next sync is archived again."],
  CannotWrite: ["writing it failed", "Check the disk; the next sync is archived again."],
}

/** Runs work on a path of the archive; what Node throws becomes a StoreError. */
export const attempt = <A>(path: string, work: () => Promise<A>): Effect.Effect<A, StoreError> =>
  Effect.tryPromise({
    try: work,
    catch: (cause) => {
      const reason = storeReasonOf(cause)
      const [why, hint] = sentences[reason]
      return new StoreError({ reason, message: `The archive cannot use ${path}: ${why}.`, hint, cause })
    },
  })
