// What stands at the output before it is replaced, and that file unpacked and open. A file that we could not carry on is never
// replaced: it may be all that somebody has. Whoever wrote it, the next one must be fit to be read: so it is checked as a
// reader checks it.
import { existsSync, readFileSync } from "node:fs"
import { resolve, join } from "node:path"
import { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect } from "effect"
import type { OutputPaths } from "../WorkStore/outputPath.ts"
import { followLink } from "../WorkStore/outputPath.ts"
import { attempt, storeFailure } from "../WorkStore/storeFailure.ts"
import { decodeEnvelope } from "../envelope/decode.ts"
import { readFormat } from "../envelope/fileHead.ts"
import { Database } from "../reader/Database.ts"
import { tableNames } from "../schema.ts"

/** A failure that tells to move the previous output away. */
export const cannotReplace = (output: string, what: string, cause?: unknown): StoreError =>
  new StoreError({
    reason: "CannotReplace",
    message: `${output} ${what}, so its earlier syncs could not be kept. It has not been changed.`,
    hint: "Move that file away, or name another output, then sync again.",
    cause,
  })

/** Whether a file at this path could be replaced by a sync; fails with `CannotReplace` where it could not. */
export const checkReplaceable = (path: string): Effect.Effect<void, StoreError> =>
  Effect.flatMap(
    attempt(path, () => followLink(resolve(path))),
    checkPreviousOutput,
  )

/** Whether the output has syncs to carry on. Fails where it holds something that is not ours to replace. */
export const checkPreviousOutput = Effect.fnUntraced(function* (
  output: string,
): Effect.fn.Return<"nothing" | "v1", StoreError> {
  const format = yield* readFormat(output).pipe(
    Effect.catchIf(
      (error) => error.reason === "NotFound",
      () => Effect.succeed("empty" as const),
    ),
    Effect.mapError((error) =>
      error.reason === "Unreadable" ? cannotReplace(output, "is not a .c1z file", error) : error,
    ),
  )
  if (yield* attempt(output, () => isMountPoint(output))) return yield* cannotReplaceMount(output)
  if (format === "empty") return "nothing"
  if (format === "v1") return "v1"
  return yield* cannotReplace(output, "is a version 3 (Pebble) .c1z file, which Rollcall does not write")
})

const cannotReplaceMount = (output: string): StoreError =>
  new StoreError({
    reason: "CannotReplace",
    message: `${output} is itself a mount, and a mounted file cannot be replaced.`,
    hint: "Mount its folder instead of the file, then sync again.",
  })

// https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html; elsewhere than on Linux no file can be mounted.
const mounts = "/proc/self/mountinfo"

/** Whether a file is mounted by itself, as a container's volume can be. */
export const isMountPoint = (path: string, table: string = mounts): boolean =>
  existsSync(table) &&
  readFileSync(table, "utf8")
    .split("\n")
    .some((line) => line.split(" ")[4]?.replaceAll(/\\(\d{3})/g, byOctalCode) === path)

const byOctalCode = (_: string, digits: string): string => String.fromCodePoint(Number.parseInt(digits, 8))

/** Where the previous output is unpacked. */
export const earlierPath = ({ build }: Pick<OutputPaths, "build">): string => join(build, "earlier.db")

/** Opens it in the build folder, which is there. */
export const openEarlier = Effect.fnUntraced(function* (
  paths: OutputPaths,
  limit: number,
): Effect.fn.Return<Database | "nothing" | "tooLarge", StoreError, Scope.Scope> {
  const { output } = paths
  const path = earlierPath(paths)
  if ((yield* checkPreviousOutput(output)) === "nothing") return "nothing"
  const unpacked = yield* decodeEnvelope(output, path, limit).pipe(
    Effect.mapError((error) =>
      error.reason === "Unreadable"
        ? cannotReplace(output, "is damaged", error)
        : storeFailure(error.reason, path, error),
    ),
  )
  if (unpacked === "tooLarge") return "tooLarge"
  return yield* asDamaged(output, Database.open(output, path, tableNames))
})

/** Where the previous output cannot be read, it is damaged. */
export const asDamaged = <A, R>(
  output: string,
  read: Effect.Effect<A, StoreError, R>,
): Effect.Effect<A, StoreError, R> =>
  Effect.mapError(read, (error) => (error.reason === "Unreadable" ? cannotReplace(output, "is damaged", error) : error))
