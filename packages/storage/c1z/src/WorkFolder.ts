// Where syncs work: a folder for each sync at a time, named by what is synced, so that a later task that asks for the same
// finds what an earlier one left, when it was cancelled or its pod was lost. Whether what lies there may really be taken
// up, the work file itself decides.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import type { SyncStore } from "@rollcall/connector"
import { sentenceOf, StoreError, storeReasonOf, systemCodeOf } from "@rollcall/connector"
import type { Layer } from "effect"
import { Clock, Effect } from "effect"
import type { UploadRecords } from "./WorkFolder/uploadRecords.ts"
import { textsIn, uploadRecords, UploadTexts } from "./WorkFolder/uploadRecords.ts"
import { workStoreLayer } from "./WorkStore.ts"
import { inspectWork } from "./WorkStore/WorkFile.ts"
import { sha256 } from "./output.ts"

/** What one sync in a work folder writes to. */
export interface SyncOutput {
  /** A store that publishes one sync, whatever it was narrowed to, as the full sync of its file. */
  readonly store: Layer.Layer<SyncStore, StoreError>
  /** The path of the .c1z file that it publishes. */
  readonly path: string
}

/** The folder of a worker's syncs, and what is kept there of its uploads. It belongs to one worker at a time. */
export interface WorkFolder extends UploadRecords {
  readonly path: string
  /**
   * Runs a sync with an output of its own. `identity` is what is synced; two syncs of one identity at a time each have
   * their own path. The file is removed in the end; what a sync leaves unfinished is kept until one of its kind has
   * ended well.
   */
  readonly use: <A, E, R>(
    identity: string,
    sync: (output: SyncOutput) => Effect.Effect<A, E, R>,
  ) => Effect.Effect<A, E | StoreError, R>
}

/** An unfinished sync can be resumed for a day; what is older only takes space. */
const maxAgeMillis = 86_400_000

/**
 * The work folder at this path, made where it is missing; fails where nothing can be written there. Removes what is too
 * old to be resumed.
 */
export const openWorkFolder = Effect.fn("WorkFolder.open")(function* (
  root: string,
  /** The store of each sync. */
  makeStore: typeof workStoreLayer = workStoreLayer,
): Effect.fn.Return<WorkFolder, StoreError> {
  yield* attempt(root, () => makeFolder(root))
  yield* removeOld(root)
  // One that is there may belong to somebody else: better told now than by every sync. A disk that is full may have room
  // again by the next one, and most tasks need none.
  yield* attempt(root, () => rmdirSync(mkdtempSync(join(root, "try-")))).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "DiskFull",
      (error) => Effect.logWarning(sentenceOf(error)),
    ),
  )
  const inUse = new Set<string>()
  /** Those in use beside which a sync of the same kind has ended well. */
  const superseded = new Set<string>()

  const acquire = Effect.fnUntraced(function* (key: string) {
    // Another worker may hold one, as where it is paused while this one has taken over.
    const busy = new Set<string>()
    for (const name of yield* attempt(root, () => foldersOf(root, key))) {
      if (!inUse.has(name) && (yield* inspectWork(outputIn(root, name))).state === "busy") busy.add(name)
    }
    return yield* attempt(root, () => {
      const free = (folder: string) => !inUse.has(folder) && !busy.has(folder)
      const left = foldersOf(root, key).filter((name) => free(name) && holdsWork(root, name))
      const [folder = firstFree(key, free)] = left.toSorted()
      makeFolder(join(root, folder))
      // A sync that was published and not uploaded is too old by now, and nobody's previous output.
      rmSync(outputIn(root, folder), { force: true })
      inUse.add(folder)
      return folder
    })
  })
  /** What else was begun of this kind has read things that are older than what has now been published. */
  const supersede = Effect.fnUntraced(function* (key: string, done: string) {
    const others = yield* attempt(root, () => foldersOf(root, key).filter((name) => name !== done))
    for (const folder of others) {
      if (inUse.has(folder)) superseded.add(folder)
      else yield* removeUnlessBusy(root, folder)
    }
  })
  const release = (folder: string) =>
    attempt(root, () => {
      inUse.delete(folder)
      const isSuperseded = superseded.delete(folder)
      const keep = holdsWork(root, folder) && !isSuperseded
      rmSync(keep ? outputIn(root, folder) : join(root, folder), { recursive: true, force: true })
    })
  return {
    path: root,
    ...uploadRecords((yield* UploadTexts) ?? textsIn(root)),
    use: (identity, sync) => {
      const key = `sync-${sha256().update(identity).digest("hex").slice(0, 16)}`
      return Effect.acquireUseRelease(
        acquire(key),
        (folder) => Effect.tap(sync(syncOutput(outputIn(root, folder), makeStore)), logFailure(supersede(key, folder))),
        (folder) => logFailure(release(folder)),
      )
    },
  }
})

const syncOutput = (path: string, makeStore: typeof workStoreLayer): SyncOutput => ({
  path,
  store: makeStore({ output: path, keepSyncs: 1, narrowedAsFull: true }),
})

/** A sync that is uploaded has ended well, whatever cannot be cleared away after it. */
const logFailure = (work: Effect.Effect<void, StoreError>): Effect.Effect<void> =>
  work.pipe(Effect.catch((error) => Effect.logWarning(sentenceOf(error))))

/** One level at a time: Node's own `recursive` was seen not to return where a folder cannot be made. */
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

const foldersOf = (root: string, key: string): ReadonlyArray<string> =>
  readdirSync(root).filter((name) => name.startsWith(`${key}.`))

const holdsWork = (root: string, folder: string): boolean => existsSync(`${outputIn(root, folder)}.work`)

const firstFree = (key: string, free: (folder: string) => boolean): string => {
  for (let number = 1; ; number++) if (free(`${key}.${number}`)) return `${key}.${number}`
}

const removeOld = Effect.fnUntraced(function* (root: string) {
  const now = yield* Clock.currentTimeMillis
  const folders = yield* attempt(root, () =>
    readdirSync(root).filter((name) => /^(?:sync-[\da-f]{16}\.\d+|try-\w{6})$/u.test(name)),
  )
  for (const folder of folders) {
    const output = outputIn(root, folder)
    const changed = statSync(`${output}.work`, { throwIfNoEntry: false })?.mtimeMs
    if (changed !== undefined && now - changed < maxAgeMillis) continue
    yield* removeUnlessBusy(root, folder)
  }
})

const removeUnlessBusy = Effect.fnUntraced(function* (root: string, folder: string) {
  const { state } = yield* inspectWork(outputIn(root, folder))
  if (state !== "busy") yield* attempt(root, () => rmSync(join(root, folder), { recursive: true, force: true }))
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
          ? "Free space on its disk, or give the worker a larger volume; an unfinished sync continues."
          : "Name a folder that this user may write (BATON_C1Z_TEMP_DIR), on a disk that is mounted.",
        cause,
      })
    },
  })
