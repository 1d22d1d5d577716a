// Where an output and the files of its making lie. A link is followed, so that two names of one file share one lock.
import { createHash } from "node:crypto"
import { accessSync, constants, realpathSync, statSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { attempt, storeFailure } from "./storeFailure.ts"

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

/** The path with links followed; of a file that does not exist yet, those of its folder. */
export const followLink = (path: string): string =>
  statSync(path, { throwIfNoEntry: false }) === undefined
    ? join(realpathSync(dirname(path)), basename(path))
    : realpathSync(path)

/** The slash makes the system itself refuse what is not a folder. */
const writableFolder = (folder: string): void => accessSync(`${folder}/`, constants.W_OK | constants.X_OK)

/** Two outputs of one name must not share a folder under one temporary directory. */
const fingerprint = (output: string): string => createHash("sha256").update(output).digest("hex").slice(0, 12)
