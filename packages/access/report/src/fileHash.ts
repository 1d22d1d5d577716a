// The SHA-256 of the file that a report is made of. A sync that is published meanwhile replaces the file, so it is looked at before it is
// opened and when it has been hashed.
import { statSync } from "node:fs"
import { digestOf } from "@rollcall/access/output"
import { StoreError } from "@rollcall/connector"
import { Effect } from "effect"

/** Which file stands at a path; `undefined` where none does, or it cannot be looked at. */
export const fileMark = (path: string): Effect.Effect<string | undefined> =>
  Effect.sync(() => {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false })
    return found === undefined ? undefined : [found.dev, found.ino, found.size, found.mtimeNs].join()
  }).pipe(Effect.catchDefect(() => Effect.as(Effect.void, undefined)))

/** The hash in hexadecimal. It fails as busy where another file stands there than the one that was marked. */
export const hashOfFile = Effect.fn("Report.hash")(function* (
  path: string,
  mark: string | undefined,
): Effect.fn.Return<{ readonly sha256: string; readonly bytes: number }, StoreError> {
  const hashed = yield* Effect.tryPromise({
    try: () => digestOf(path),
    catch: (cause) =>
      new StoreError({
        reason: "Unreadable",
        message: `${path} cannot be read.`,
        hint: "Run the command again.",
        path,
        cause,
      }),
  })
  if ((yield* fileMark(path)) === mark) return hashed
  return yield* new StoreError({
    reason: "Busy",
    message: `${path} was replaced while it was read.`,
    hint: "Run the command again.",
    path,
  })
})
