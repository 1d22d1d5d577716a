// Where syncs work: a folder for each sync at a time, named by what is synced, so that a later task that asks for the same
// finds what an earlier one left, when it was cancelled or its pod was lost. Whether what lies there may really be taken
// up, the work file itself decides.
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { lookAtWork } from "@rollcall/c1z"
import { StoreError, storeReasonOf, systemCodeOf } from "@rollcall/connector"
import { Clock, Effect } from "effect"

/** The folder of a worker's syncs. It belongs to one worker at a time. */
export interface WorkFolder {
  /**
   * Runs a sync with a path for its output. `identity` is what is synced; two syncs of one identity at a time each have
   * their own path. The output is removed in the end, what a sync leaves unfinished is kept.
   */
  readonly use: <A, E, R>(
    identity: string,
    sync: (output: string) => Effect.Effect<A, E, R>,
  ) => Effect.Effect<A, E | StoreError, R>
}

/** An unfinished sync is taken up for a day; what is older only takes space. */
const mostAgeMillis = 86_400_000

/** The work folder at this path, made where it is missing; fails where nothing can be written there. Removes what is too old to be taken up. */
export const openWorkFolder = Effect.fn("C1.openWorkFolder")(function* (
  root: string,
): Effect.fn.Return<WorkFolder, StoreError> {
  yield* attempt(root, () => {
    makeFolder(root)
    // One that is there may belong to somebody else: better told now than by every sync.
    rmdirSync(mkdtempSync(join(root, "try-")))
  })
  yield* removeOld(root)
  const inUse = new Set<string>()

  const take = (identity: string) =>
    attempt(root, () => {
      const key = `sync-${createHash("sha256").update(identity).digest("hex").slice(0, 16)}`
      const free = (folder: string) => !inUse.has(folder)
      const left = readdirSync(root).filter((name) => name.startsWith(`${key}.`) && free(name) && holdsWork(root, name))
      const [folder = firstFree(key, free)] = left.toSorted()
      makeFolder(join(root, folder))
      // A sync that was published and not uploaded is too old by now, and nobody's previous output.
      rmSync(outputIn(root, folder), { force: true })
      inUse.add(folder)
      return folder
    })
  const giveBack = (folder: string) =>
    Effect.sync(() => {
      inUse.delete(folder)
      rmSync(holdsWork(root, folder) ? outputIn(root, folder) : join(root, folder), { recursive: true, force: true })
    })
  return {
    use: (identity, sync) =>
      Effect.acquireUseRelease(take(identity), (folder) => sync(outputIn(root, folder)), giveBack),
  }
})

/**
 * One level at a time: Node's own `recursive` never returns where a folder that is there says of a new one that it does not
 * exist, as `/proc` does and a mount that has gone.
 */
const makeFolder = (path: string): void => {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (cause) {
    // Another process may have made it meanwhile.
    if (!existsSync(path)) throw cause
  }
}

const outputIn = (root: string, folder: string): string => join(root, folder, "sync.c1z")

const holdsWork = (root: string, folder: string): boolean => existsSync(`${outputIn(root, folder)}.work`)

const firstFree = (key: string, free: (folder: string) => boolean): string => {
  for (let number = 1; ; number++) if (free(`${key}.${number}`)) return `${key}.${number}`
}

const removeOld = Effect.fnUntraced(function* (root: string) {
  const now = yield* Clock.currentTimeMillis
  const folders = yield* attempt(root, () => readdirSync(root).filter((name) => /^sync-[\da-f]{16}\.\d+$/u.test(name)))
  for (const folder of folders) {
    const output = outputIn(root, folder)
    const changed = statSync(`${output}.work`, { throwIfNoEntry: false })?.mtimeMs
    if (changed !== undefined && now - changed < mostAgeMillis) continue
    const { state } = yield* lookAtWork(output)
    if (state !== "busy") yield* attempt(root, () => rmSync(join(root, folder), { recursive: true, force: true }))
  }
})

const attempt = <A>(root: string, work: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({
    try: work,
    catch: (cause) => {
      const reason = storeReasonOf(cause)
      const isFull = reason === "DiskFull"
      return new StoreError({
        // The folder is made where it is missing, so one that still is not there has gone with its disk.
        reason: reason === "NotFound" ? "CannotWrite" : reason,
        message: `The work folder ${root} cannot be used (${systemCodeOf(cause)})${isFull ? ": no space is left" : ""}.`,
        hint: isFull
          ? "Make room on its disk, or give the worker a larger volume; a sync that was begun goes on."
          : "Name a folder that this user may write (BATON_C1Z_TEMP_DIR), on a disk that is mounted.",
        cause,
      })
    },
  })
