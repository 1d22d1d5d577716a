// Where a command writes a file or a folder: next to its place, readable by this user alone, and put there when it is whole.
import {
  closeSync,
  createReadStream,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs"
import { createHash, randomBytes } from "node:crypto"
import { basename, dirname, join, resolve } from "node:path"
import { StoreError, storeReasonOf } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Stream } from "effect"

/** A place for an output. */
export interface Output {
  /** As it was named. */
  readonly path: string
  /** A file that is not there yet, or an empty folder: what is to stand at the path. */
  readonly staged: string
  /** Puts what was staged in its place. */
  readonly publish: Effect.Effect<void, StoreError>
}

/** What an output is, and whether one that stands there may be replaced. */
export interface OutputOptions {
  readonly kind: "file" | "folder"
  readonly force: boolean
  /** Paths that may not be replaced whatever is asked: the files that are read. */
  readonly sources?: ReadonlyArray<string> | undefined
  /** How the names of all files in a folder of ours end. */
  readonly extension?: string | undefined
}

/** A place that is fit for an output. What was staged is gone when the scope ends, unless it was published. */
export const openOutput = Effect.fn("Output.open")(function* (
  path: string,
  options: OutputOptions,
): Effect.fn.Return<Output, StoreError, Scope.Scope> {
  const place = yield* attempt(path, () => placeOf(path))
  yield* checkPlace(path, place, options)
  const staged = join(dirname(place), `.${basename(place)}.${randomBytes(6).toString("hex")}.rollcall-new`)
  yield* Effect.acquireRelease(
    attempt(path, () => {
      if (options.kind === "folder") mkdirSync(staged, { mode: 0o700 })
    }),
    () => Effect.sync(() => rmSync(staged, { recursive: true, force: true })),
  )
  const publish = Effect.gen(function* () {
    // Something may have come to stand there meanwhile.
    yield* checkPlace(path, place, options)
    yield* attempt(path, () => (options.kind === "file" ? putFile(staged, place) : putFolder(staged, place)))
  })
  return { path, staged, publish: Effect.uninterruptible(publish) }
})

/** The path with links followed; of what is not there yet, those of its folder. */
const placeOf = (path: string): string => {
  const full = resolve(path)
  return lstatSync(full, { throwIfNoEntry: false }) === undefined
    ? join(realpathSync(dirname(full)), basename(full))
    : realpathSync(full)
}

const checkPlace = (
  path: string,
  place: string,
  { kind, force, sources = [], extension = "" }: OutputOptions,
): Effect.Effect<void, StoreError> =>
  Effect.flatMap(
    attempt(path, () => statSync(place, { throwIfNoEntry: false })),
    (present) => {
      if (present === undefined) return Effect.void
      const isSource = sources.some((source) => sameFile(source, place))
      if (isSource) return refuse(path, "is a file that this command uses", "Name another place with --out.")
      if (kind === "file" && !present.isFile()) {
        return refuse(path, "is there already and is no file", "Name a file with --out.", "NotAFile")
      }
      if (kind === "folder" && !present.isDirectory()) {
        return refuse(
          path,
          "is there already and is no folder",
          "Name a folder with --out: this form has a file for each table.",
          "NotAFile",
        )
      }
      if (!force) return refuse(path, "is there already", "Name another place with --out, or replace it with --force.")
      if (kind === "folder" && !isOwnFolder(place, extension)) {
        return refuse(path, "is a folder that holds other things than an export", "Name another folder with --out.")
      }
      return Effect.void
    },
  )

const sameFile = (one: string, other: string): boolean =>
  statSync(one, { throwIfNoEntry: false }) !== undefined && realpathSync(one) === other

/** Whether a folder is empty or an export of the same form, so that nothing else is lost with it. */
const isOwnFolder = (folder: string, extension: string): boolean => {
  const entries = readdirSync(folder, { withFileTypes: true })
  const isExport = entries.some(({ name }) => name === `columns${extension}`)
  return entries.length === 0 || (isExport && entries.every((it) => it.isFile() && it.name.endsWith(extension)))
}

const putFile = (staged: string, place: string): void => {
  flush(staged)
  renameSync(staged, place)
  flush(dirname(place))
}

// No rename replaces a folder that is not empty: the one before steps aside first, and comes back where that fails.
const putFolder = (staged: string, place: string): void => {
  for (const name of readdirSync(staged)) flush(join(staged, name))
  flush(staged)
  const before = `${staged}.before`
  const isThere = statSync(place, { throwIfNoEntry: false }) !== undefined
  if (isThere) renameSync(place, before)
  try {
    renameSync(staged, place)
  } catch (cause) {
    if (isThere) renameSync(before, place)
    throw cause
  }
  flush(dirname(place))
  rmSync(before, { recursive: true, force: true })
}

const flush = (path: string): void => {
  // Windows opens no folder.
  if (process.platform === "win32" && statSync(path).isDirectory()) return
  const file = openSync(path, "r")
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

const refuse = (
  path: string,
  what: string,
  hint: string,
  reason: "CannotReplace" | "NotAFile" = "CannotReplace",
): Effect.Effect<never, StoreError> => Effect.fail(new StoreError({ reason, message: `${path} ${what}.`, hint, path }))

/** Writes text to a file as it comes: the whole of it, or what stood there before is as it was. */
export const writeText = <E, R>(
  path: string,
  options: Omit<OutputOptions, "kind">,
  text: Stream.Stream<string, E, R>,
): Effect.Effect<void, StoreError | E, R> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { staged, publish } = yield* openOutput(path, { ...options, kind: "file" })
      yield* Effect.acquireUseRelease(
        attempt(path, () => openSync(staged, "wx", 0o600)),
        (file) => Stream.runForEachArray(text, (pieces) => attempt(path, () => writeAll(file, pieces.join("")))),
        (file) => Effect.sync(() => closeSync(file)),
      )
      yield* publish
    }),
  )

const writeAll = (file: number, piece: string): void => {
  const bytes = Buffer.from(piece)
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
}

/** Work on an output; what Node throws becomes an error that names the path. */
const attempt = <A>(path: string, work: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({ try: work, catch: (cause) => cannotWrite(path, cause) })

/** The same for work that takes a while. */
export const attemptAsync = <A>(path: string, work: () => Promise<A>): Effect.Effect<A, StoreError> =>
  Effect.tryPromise({ try: work, catch: (cause) => cannotWrite(path, cause) })

const cannotWrite = (path: string, cause: unknown): StoreError => {
  if (cause instanceof StoreError) return cause
  // What SQLite says of a disk that is full: https://www.sqlite.org/rescode.html#full
  const isFull = typeof cause === "object" && cause !== null && Reflect.get(cause, "errcode") === 13
  const reason = isFull ? "DiskFull" : storeReasonOf(cause)
  const { why, hint } = sentences[reason]
  return new StoreError({ reason, message: `${path} cannot be written: ${why}.`, hint, path, cause })
}

const sentences = {
  DiskFull: { why: "the disk is full", hint: "Make room, or name another place with --out. Nothing was replaced." },
  NoPermission: { why: "permission is denied", hint: "Name a place with --out where this user may write." },
  NotFound: { why: "its folder is not there", hint: "Make the folder first, or name another place with --out." },
  NotAFile: { why: "something else stands there", hint: "Name another place with --out." },
  CannotWrite: { why: "writing failed", hint: "Check the disk, then run the command again. Nothing was replaced." },
} as const

/** The SHA-256 of a file in hexadecimal and its size, read in pieces. It rejects with the error of the system. */
export const digestOf = async (path: string): Promise<{ readonly sha256: string; readonly bytes: number }> => {
  const hash = createHash("sha256")
  let bytes = 0
  for await (const chunk of createReadStream(path)) {
    const some: Buffer = chunk
    hash.update(some)
    bytes += some.length
  }
  return { sha256: hash.digest("hex"), bytes }
}
