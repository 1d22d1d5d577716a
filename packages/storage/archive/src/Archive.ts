// A folder of dated copies of synced files, one folder for each workspace. A copy is there whole or not at all: it is written under
// another name, is on the disk, and is then renamed; its summary stands there before it does. Copies are never links: who writes to
// the synced file later must not write to them.
import { constants } from "node:fs"
import { copyFile, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { StoreError } from "@rollcall/connector"
import { Clock, Effect, Random } from "effect"
import { attempt } from "./archiveFailure.ts"
import type { ArchiveSummary } from "./ArchiveSummary.ts"
import { encodeSummary } from "./ArchiveSummary.ts"
import type { ArchivedSync } from "./listArchive.ts"
import { copiesIn, copyEnding, keepEnding, nameOf, narrowFolder, summaryEnding, withEnding } from "./listArchive.ts"
import type { Retention } from "./retention.ts"
import { copiesToRemove } from "./retention.ts"

// As in `@rollcall/c1z`: an `import` of node:crypto reads all that it has.
const sha256 = () => process.getBuiltinModule("node:crypto").createHash("sha256")

/** What a copy is, once it is written. */
export interface Copied {
  /** Where it is while it is looked at. */
  readonly path: string
  readonly sha256: string
  readonly size: number
}

/** Temporary files that nothing was written to for so long were left by a process that died. */
const leftoverAfterMillis = 3_600_000

const temporaryEnding = ".tmp"

/**
 * Adds a copy of a synced file. Nothing is there of it until it is whole.
 * @param summarize Reads the copy, which is not in the archive yet, and says what it holds.
 */
export const addToArchive = Effect.fn("Archive.add")(function* <E, R>(
  folder: string,
  file: string,
  workspace: string,
  summarize: (copied: Copied) => Effect.Effect<ArchiveSummary, E, R>,
): Effect.fn.Return<string, StoreError | E, R> {
  const place = join(folder, workspaceFolderOf(workspace))
  yield* attempt(place, () => mkdir(join(place, narrowFolder), { recursive: true, mode: 0o700 }))
  yield* removeLeftovers(place)
  const token = (yield* Random.nextIntBetween(0, 2 ** 40)).toString(36)
  const temporary = join(place, `.${process.pid}-${token}${copyEnding}${temporaryEnding}`)
  const temporarySummary = join(place, `.${process.pid}-${token}${summaryEnding}${temporaryEnding}`)
  return yield* Effect.gen(function* () {
    const copied = yield* copyOf(file, { place, temporary })
    const summary = yield* summarize(copied)
    const { id, type, endedAt } = summary.sync
    const target = type === "full" ? place : join(place, narrowFolder)
    const name = join(target, nameOf(id, endedAt))
    yield* attempt(place, async () => {
      await writeFile(temporarySummary, encodeSummary(summary), { flag: "wx", mode: 0o600, flush: true })
      await rename(temporarySummary, name + summaryEnding)
      await rename(temporary, name + copyEnding)
      await syncFolder(target)
    }).pipe(Effect.uninterruptible)
    return name + copyEnding
  }).pipe(
    Effect.ensuring(
      Effect.ignore(
        Effect.forEach([temporary, temporarySummary], (path) => attempt(path, () => rm(path, { force: true }))),
      ),
    ),
  )
})

/** Removes the copies of a workspace that the retention does not keep; says how many. */
export const pruneArchive = Effect.fn("Archive.prune")(function* (
  folder: string,
  workspace: string,
  retention: Retention | "all",
): Effect.fn.Return<number, StoreError> {
  const name = workspaceFolderOf(workspace)
  const place = join(folder, name)
  let removed = 0
  for (const part of [place, join(place, narrowFolder)]) {
    for (const { file } of copiesToRemove(yield* copiesIn(part, name), retention)) {
      // The copy first: a summary alone is nothing.
      yield* attempt(file, () => rm(file, { force: true }))
      yield* attempt(file, () => rm(withEnding(file, summaryEnding), { force: true }))
      removed++
    }
  }
  return removed
})

/** Marks a copy to stay, whatever the retention. */
export const keepInArchive = ({ file }: Pick<ArchivedSync, "file">): Effect.Effect<void, StoreError> =>
  attempt(file, () => writeFile(withEnding(file, keepEnding), "", { mode: 0o600, flush: true }))

/** An id that is a name as it stands, or the hash of one that is not. */
const workspaceFolderOf = (workspace: string): string =>
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/u.test(workspace)
    ? workspace
    : `w-${sha256().update(workspace).digest("hex").slice(0, 32)}`

// To its end even where the sync is to stop: what goes on in the background would leave its file behind.
const copyOf = (
  file: string,
  { place, temporary }: { readonly place: string; readonly temporary: string },
): Effect.Effect<Copied, StoreError> =>
  Effect.uninterruptible(
    attempt(place, async () => {
      // A file system that can shares the blocks of both until one of them is written to.
      await copyFile(file, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      const copy = await open(temporary, "r+")
      try {
        await copy.chmod(0o600)
        await copy.sync()
        const hash = sha256()
        for await (const chunk of copy.createReadStream({ autoClose: false, start: 0 })) hash.update(chunk)
        return { path: temporary, sha256: hash.digest("hex"), size: (await copy.stat()).size }
      } finally {
        await copy.close()
      }
    }),
  )

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, constants.O_RDONLY)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** What a process left that died: temporary files, and summaries whose copy never came or is gone. */
const removeLeftovers = Effect.fnUntraced(function* (place: string) {
  const now = yield* Clock.currentTimeMillis
  for (const part of [place, join(place, narrowFolder)]) {
    yield* attempt(part, async () => {
      const names = await readdir(part)
      const isLeft = (name: string): boolean =>
        name.endsWith(temporaryEnding) ||
        (name.endsWith(summaryEnding) && !names.includes(name.slice(0, -summaryEnding.length) + copyEnding))
      for (const name of names.filter(isLeft)) {
        const { mtimeMs } = await stat(join(part, name))
        if (now - mtimeMs > leftoverAfterMillis) await rm(join(part, name), { force: true })
      }
    })
  }
})
