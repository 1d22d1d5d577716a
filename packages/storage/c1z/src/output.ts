// The output: where it and the files of its making lie, and what stands there before it is replaced. A link is followed, so
// that two names of one file share one lock. A file that we could not carry on is never replaced: it may be all that somebody
// has. Whoever wrote it, the next one must be fit to be read: so it is checked as a reader checks it.
import { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect } from "effect"
import { accessSync, constants, existsSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { decodeEnvelope } from "./envelope/decode.ts"
import { readFormat } from "./envelope/format.ts"
import { Database } from "./reader/Database.ts"
import { tableNames } from "./schema.ts"
import { attempt, storeFailure } from "./WorkStore/storeFailure.ts"

/** The paths of one output. */
export interface OutputPaths {
  readonly output: string
  /** The working file, beside the output. */
  readonly work: string
  /** The finished file before it takes the output's place; beside it, as a rename cannot leave a file system. */
  readonly staged: string
  /** The folder for whatever is only temporary. */
  readonly temp: string
  /** The private folder in which the database is built. */
  readonly build: string
}

/** The paths of an output, once it is known that a file can be written there. */
export const outputPaths = Effect.fnUntraced(function* (
  named: string,
  tempDirectory: string | undefined,
): Effect.fn.Return<OutputPaths, StoreError> {
  const output = yield* attempt(named, () => followLink(resolve(named)))
  yield* attempt(named, () => writableFolder(dirname(output)))
  const present = yield* attempt(named, () => statSync(output, { throwIfNoEntry: false }))
  if (present !== undefined && !present.isFile()) return yield* storeFailure("NotAFile", named)
  // Leftovers under these names are removed unasked, so they must be nobody else's.
  const paths = { output, work: workPath(output), staged: `${output}.rollcall-new` }
  if (tempDirectory === undefined) return { ...paths, temp: dirname(output), build: `${output}.rollcall-build` }

  const temp = resolve(tempDirectory)
  yield* attempt(join(temp, "*"), () => writableFolder(temp))
  return { ...paths, temp, build: join(temp, `${basename(output)}.${fingerprint(output)}.rollcall-build`) }
})

/** Where the work file of an output lies. */
export const workPath = (output: string): string => `${output}.work`

/** Removes what a run left that died while it published. Only the holder of the output's lock may do this. */
export const removeLeftovers = ({ staged, build }: Pick<OutputPaths, "staged" | "build">): void => {
  rmSync(staged, { force: true })
  rmSync(build, { recursive: true, force: true })
}

/** The path with links followed; of a file that does not exist yet, those of its folder. */
export const followLink = (path: string): string =>
  statSync(path, { throwIfNoEntry: false }) === undefined
    ? join(realpathSync(dirname(path)), basename(path))
    : realpathSync(path)

/** The slash makes the system itself refuse what is not a folder. */
const writableFolder = (folder: string): void => accessSync(`${folder}/`, constants.W_OK | constants.X_OK)

/** Begins a SHA-256. Most views make none, and an `import` of what makes them reads all that it has, a twentieth of their start. */
export const sha256 = () => process.getBuiltinModule("node:crypto").createHash("sha256")

/** Two outputs of one name must not share a folder under one temporary directory. */
const fingerprint = (output: string): string => sha256().update(output).digest("hex").slice(0, 12)

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
