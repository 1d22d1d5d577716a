// A folder of unpacked databases, so that a file that is read again is neither unpacked nor checked again. It holds personal data in clear,
// so it is for its owner alone. An entry is named for the SHA-256 of the packed file, is made aside and renamed, and never changed after
// that. Who reads one holds SQLite's lock on it, which ends with the process, however that ends: what is in use is not removed.
import type { BigIntStats } from "node:fs"
import {
  createReadStream,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { basename, join } from "node:path"
import { pipeline } from "node:stream/promises"
import { DatabaseSync } from "node:sqlite"
import { StoreError, systemCodeOf } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect } from "effect"
import { sha256 } from "./output.ts"
import { unchangingDatabase } from "./reader/Database.ts"
import { readFailure, reading } from "./reader/readFailure.ts"

/** Where unpacked databases are kept, and how many bytes they may take together. */
export interface CacheOptions {
  readonly folder: string
  readonly mostBytes: number
}

const entryName = /^[0-9a-f]{64}$/u
const asideName = /^making-(?<process>\d+)-/u
/** The folder with the digests of files, by what the system says of each. */
const knownFolder = "known"

/**
 * The database of a file that stands in the cache for as long as the scope lives, made where there is none. `undefined` where the file
 * changed meanwhile.
 * @param make Unpacks and checks the file into a database at a path.
 */
export const cachedDatabase = Effect.fnUntraced(function* (
  path: string,
  cache: CacheOptions,
  make: (copy: string) => Effect.Effect<void, StoreError>,
): Effect.fn.Return<string | undefined, StoreError, Scope.Scope> {
  const { folder } = cache
  yield* reading(folder, () => prepareFolder(folder))
  const before = yield* reading(path, () => stateOf(statSync(path, { bigint: true })))
  const key = yield* digestOf(path, folder, before)
  const database = join(folder, key, "db")
  if (yield* hold(database)) {
    yield* Effect.ignore(reading(folder, () => utimesSync(join(folder, key), new Date(), new Date())))
    return database
  }
  const aside = yield* Effect.acquireRelease(
    reading(folder, () => mkdtempSync(join(folder, `making-${process.pid}-`))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true })),
  )
  yield* make(join(aside, "db"))
  if ((yield* reading(path, () => stateOf(statSync(path, { bigint: true })))) !== before) return undefined
  yield* reading(folder, () => putInPlace(aside, join(folder, key)))
  if (!(yield* hold(database))) return undefined
  yield* reading(folder, () => shrink(cache))
  return database
})

/** Removes what is in the cache and not in use; says how many entries were removed, and how many are in use. */
export const clearCache = (
  folder: string,
): Effect.Effect<{ readonly removed: number; readonly inUse: number }, StoreError> =>
  reading(folder, () => {
    prepareFolder(folder)
    rmSync(join(folder, knownFolder), { recursive: true, force: true })
    const removed = entriesIn(folder).filter((entry) => removeUnused(entry)).length
    return { removed, inUse: entriesIn(folder).length }
  })

const stateOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join("-")

/** Makes the folder, or makes sure that it is this user's alone; removes what a killed process left. */
const prepareFolder = (folder: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  refuseShared(folder, "folder")
  mkdirSync(join(folder, knownFolder), { recursive: true, mode: 0o700 })
  for (const name of readdirSync(folder)) {
    const maker = asideName.exec(name)?.groups?.["process"]
    if (maker !== undefined && !isRunning(Number(maker))) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

/** Fails where others may read or change what is to be this user's alone. Windows has no such modes: its folders of a user are. */
export const refuseShared = (path: string, kind: "folder" | "file"): void => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  // Another process has just removed it.
  if (found === undefined) return
  const isKind = kind === "folder" ? found.isDirectory() : found.isFile()
  const isOurs = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o077) === 0)
  if (isKind && isOurs) return
  throw new StoreError({
    reason: "NoPermission",
    message: `The cache cannot use ${path}: ${isKind ? "it belongs to another user, or others may read it" : `it is no ${kind}`}.`,
    hint: "Name a folder that only you can open with BATON_CACHE_DIR (mode 0700), or none.",
  })
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return systemCodeOf(cause) === "EPERM"
  }
}

/** The SHA-256 of a file in this state, remembered. */
const digestOf = (path: string, folder: string, state: string): Effect.Effect<string, StoreError> => {
  const note = join(folder, knownFolder, state)
  return Effect.tryPromise({
    try: async () => {
      const known = noted(note)
      if (known !== undefined) return known
      const digest = await hashOf(path)
      const aside = `${note}.${process.pid}`
      writeFileSync(aside, digest, { mode: 0o600 })
      renameSync(aside, note)
      return digest
    },
    catch: (cause) => readFailure(path, cause),
  })
}

/** The SHA-256 of a file. */
export const digestOfFile = (path: string): Effect.Effect<string, StoreError> =>
  Effect.tryPromise({ try: () => hashOf(path), catch: (cause) => readFailure(path, cause) })

const hashOf = async (path: string): Promise<string> => {
  const hash = sha256()
  await pipeline(createReadStream(path), hash)
  return hash.digest("hex")
}

const noted = (note: string): string | undefined => {
  try {
    const digest = readFileSync(note, "utf8")
    return entryName.test(digest) ? digest : undefined
  } catch {
    return undefined
  }
}

/** Holds an entry for as long as the scope lives; `false` where there is none, or it is just being removed. */
const hold = (database: string): Effect.Effect<boolean, StoreError, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      reading(database, () => locked(database)),
      (held) => Effect.sync(() => held?.close()),
    ),
    (held) => held !== undefined,
  )

const locked = (database: string): DatabaseSync | undefined => {
  if (lstatSync(database, { throwIfNoEntry: false }) === undefined) return undefined
  refuseShared(join(database, ".."), "folder")
  refuseShared(database, "file")
  const holder = new DatabaseSync(unchangingDatabase(database))
  try {
    holder.exec("begin; select count(*) from sqlite_schema")
    return holder
  } catch {
    holder.close()
    return undefined
  }
}

const putInPlace = (aside: string, entry: string): void => {
  try {
    renameSync(aside, entry)
  } catch (cause) {
    // Another process was quicker; what it made is the same.
    if (!["ENOTEMPTY", "EEXIST", "EPERM"].includes(systemCodeOf(cause) ?? "")) throw cause
  }
}

/** The entries, those that were used last at the end. */
const entriesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder)
    .filter((name) => entryName.test(name))
    .map((name) => join(folder, name))
    .map((entry) => ({ entry, at: lstatSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ entry }) => entry)

/** How many bytes an entry takes with all that is kept beside its database; 0 where another process has removed it. */
export const bytesOf = (entry: string): number => {
  if (lstatSync(entry, { throwIfNoEntry: false }) === undefined) return 0
  const sizes = readdirSync(entry).map((name) => lstatSync(join(entry, name), { throwIfNoEntry: false })?.size ?? 0)
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Removes what was not used for longest until the rest takes no more than is allowed. */
export const shrink = ({ folder, mostBytes }: CacheOptions): void => {
  const entries = entriesIn(folder)
  let bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0)
  for (const entry of entries) {
    if (bytes <= mostBytes) return
    const size = bytesOf(entry)
    if (removeUnused(entry)) bytes -= size
  }
}

/** Removes an entry unless somebody holds it. */
const removeUnused = (entry: string): boolean => {
  const database = join(entry, "db")
  if (lstatSync(database, { throwIfNoEntry: false }) !== undefined) {
    const remover = new DatabaseSync(database)
    try {
      remover.exec("begin exclusive")
    } catch {
      remover.close()
      return false
    }
    // Nobody begins to read it any more; renamed, it is gone at once.
    const gone = join(entry, "..", `making-${process.pid}-${basename(entry)}`)
    renameSync(entry, gone)
    remover.close()
    rmSync(gone, { recursive: true, force: true })
    return true
  }
  rmSync(entry, { recursive: true, force: true })
  return true
}
