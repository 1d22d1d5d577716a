// From the work file to the output: build the database, pack it, put it in place. Until the rename the old output stands
// and the work is whole; after it the new output stands and the work is gone or, after a crash, published once more.
import { mkdirSync, rmSync, closeSync, fsyncSync, openSync, renameSync } from "node:fs"
import { join, dirname } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import type { PublishedSync, StoreError, SyncError, SyncResult } from "@rollcall/connector"
import { shrinkFailure, timesOf } from "@rollcall/connector"
import { Clock, Effect } from "effect"
import { readHeldSync } from "../WorkStore/WorkFile.ts"
import type { OutputPaths } from "../output.ts"
import { removeLeftovers } from "../output.ts"
import { attempt, ignoreFailure, storeFailure } from "../WorkStore/storeFailure.ts"
import { defaultDecodedLimit } from "../envelope/decode.ts"
import { encodeEnvelope } from "../envelope/format.ts"
import { buildDatabase } from "./buildDatabase.ts"
import { findEarlierSyncs } from "./earlierSyncs.ts"
import type { PublishOptions } from "./retention.ts"

/** What is published, and where. */
interface PublishInput {
  readonly paths: OutputPaths
  /** The open work file. */
  readonly db: DatabaseSync
  readonly options: PublishOptions
  readonly result: SyncResult
}

/** Publishes the sync of a work file, and lets go of the work file once the output is in place. */
export const publishSync = Effect.fnUntraced(function* (
  { paths, db, options, result }: PublishInput,
  release: () => void,
): Effect.fn.Return<PublishedSync, StoreError | SyncError> {
  const held = yield* attempt(paths.work, () => readHeldSync(db))
  if (held === undefined) return yield* storeFailure("Unreadable", paths.work)
  const sync = { syncId: held.syncId, ...timesOf(held.startedAt, yield* Clock.currentTimeMillis) }
  const limit = options.maxDecodedBytes ?? defaultDecodedLimit

  const publish = Effect.gen(function* () {
    const earlier = yield* findEarlierSyncs({ paths, sync, result, limit, options })
    const path = join(paths.build, "sync.db")
    const input = { path, work: { path: paths.work, db }, sync, result, options }
    let built = yield* buildDatabase(earlier.keep.length === 0 ? input : { ...input, earlier })
    let isAlone = earlier.tooLarge
    if (built.size > limit && earlier.keep.length > 0) {
      isAlone = true
      yield* attempt(path, () => rmSync(path))
      built = yield* buildDatabase(input)
    }
    const refusal = shrinkFailure(result, built.counts)
    if (refusal !== undefined) return yield* refusal
    yield* encodeEnvelope(path, paths.staged)
    yield* Effect.uninterruptible(
      Effect.andThen(
        attempt(paths.output, () => replaceOutput(paths)),
        ignoreFailure(release),
      ),
    )
    const notes = [...sizeNotes(built.size, limit, isAlone), ...built.notes]
    return { ...sync, counts: built.counts, notes, leftOut: built.leftOut, warnings: earlier.warnings }
  })

  return yield* Effect.acquireUseRelease(
    attempt(paths.build, () => {
      removeLeftovers(paths)
      mkdirSync(paths.build, { mode: 0o700 })
    }),
    () => publish,
    () => ignoreFailure(() => removeLeftovers(paths)),
  )
})

const sizeNotes = (size: number, limit: number, isAlone: boolean): ReadonlyArray<string> => [
  ...(isAlone
    ? [
        `With its earlier syncs the file would unpack to more than ${inMebibytes(limit)}, so it holds only the new sync.`,
      ]
    : []),
  ...(size > limit
    ? [`The file unpacks to ${inMebibytes(size)}; readers that stop at ${inMebibytes(limit)} will refuse it.`]
    : []),
]

const inMebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)} MiB`

/**
 * Puts the staged file in the output's place. Once it is there, nothing is a failure any more: the folder is only asked to
 * remember the change, and where it cannot be, as when this user may not read it, a power failure could bring the old
 * output back, whole.
 */
const replaceOutput = ({ staged, output }: Pick<OutputPaths, "staged" | "output">): void => {
  renameSync(staged, output)
  try {
    const folder = openSync(dirname(output), "r")
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch {
    // See above.
  }
}
