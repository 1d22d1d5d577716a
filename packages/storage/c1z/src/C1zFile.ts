// A .c1z file to be read. Writing is the work of the store's layer.
import { tmpdir } from "node:os"
import { join } from "node:path"
import { StoreError } from "@rollcall/connector"
import type { Scope, Stream } from "effect"
import { Effect } from "effect"
import type { DecodeOptions } from "./envelope/decode.ts"
import { decodeEnvelope, defaultDecodedLimit, frameContentSize } from "./envelope/decode.ts"
import { Database } from "./reader/Database.ts"
import { readFormat } from "./envelope/format.ts"
import type { Manifest } from "./envelope/manifest.ts"
import { manifestOf, privateDirectory, remove } from "./fileHead.ts"
import { reading, unreadable } from "./reader/readFailure.ts"
import { indexGrants, namedTables } from "./reader/Records.ts"
import type { SyncInfo } from "./reader/SyncInfo.ts"
import { chooseSync, syncsOf } from "./reader/SyncInfo.ts"
import { SyncReader } from "./reader/SyncReader.ts"
import type { KeptIndexes } from "./KeptIndex.ts"
import { keptIndexes } from "./KeptIndex.ts"
import { tableNames } from "./schema.ts"
import type { CacheOptions } from "./UnpackedCache.ts"
import { cachedDatabase } from "./UnpackedCache.ts"

/** How a file is read. */
export interface C1zFileOptions extends DecodeOptions {
  /** The most bytes that it may unpack to; 3 GiB by default (callers honour `BATON_DECODER_MAX_DECODED_SIZE_MB`). */
  readonly decodedLimit?: number | undefined
  /** Where the unpacked copy lies while the file is open; the system's folder for temporary files by default. */
  readonly tempDirectory?: string | undefined
  /** Done before a file is unpacked that says how many bytes that takes. */
  readonly beforeUnpacking?: ((path: string, bytes: number) => Effect.Effect<void>) | undefined
  /** Where the unpacked copy is kept for the next time; it is not when absent. */
  readonly cache?: CacheOptions | undefined
}

/** An open file. It is closed, and its unpacked copy removed, when the scope it was opened in ends. */
export class C1zFile {
  readonly path: string
  readonly #database: Database

  readonly #indexes: KeptIndexes | undefined

  private constructor(path: string, database: Database, indexes?: KeptIndexes) {
    this.path = path
    this.#database = database
    this.#indexes = indexes
  }

  /**
   * Opens a file, which may come from untrusted hands: whatever is in it, this ends with an open file or a StoreError.
   * An empty file is an empty store.
   */
  static readonly open = Effect.fn("C1zFile.open")(function* (
    path: string,
    options: C1zFileOptions = {},
  ): Effect.fn.Return<C1zFile, StoreError, Scope.Scope> {
    const format = yield* readFormat(path)
    if (format === "v3") return yield* cannotOpen(path, yield* manifestOf(path))
    if (format === "empty") return new C1zFile(path, yield* Database.open(path, ":memory:", []))

    const directory = yield* privateDirectory(path, options.tempDirectory ?? tmpdir())
    const index = join(directory, "index")
    const kept = options.cache === undefined ? undefined : yield* keptDatabase(path, options, options.cache)
    const database =
      kept === undefined
        ? yield* unpacked(path, join(directory, "db"), options, index)
        : yield* Database.open(path, kept, tableNames, index, "checked")
    // They are there already but in a copy that was just unpacked.
    for (const table of namedTables) yield* database.indexForLookups(table)
    // An open file needs no name, and what has none is gone with the process, however that ends. Windows keeps it.
    if (process.platform !== "win32") yield* reading(path, () => remove(directory))
    const indexes = kept === undefined || options.cache === undefined ? undefined : keptIndexes(kept, options.cache)
    return new C1zFile(path, database, indexes)
  })

  /** All syncs in the file, in the order in which they were published. */
  get syncs(): Stream.Stream<SyncInfo, StoreError> {
    return syncsOf(this.#database)
  }

  /** A reader of one sync: the one with this id, else the one that `chooseSync` takes. */
  sync(id?: string): Effect.Effect<SyncReader, StoreError> {
    return Effect.flatMap(
      reading(this.path, () => chooseSync(this.#database, id)),
      (sync) =>
        id !== undefined && sync === undefined
          ? noSuchSync(this.path, id)
          : Effect.succeed(new SyncReader(this.#database, sync, this.#indexes)),
    )
  }
}

/** Unpacks a file and checks what came out. */
const unpacked = Effect.fnUntraced(function* (
  path: string,
  copy: string,
  options: C1zFileOptions,
  index?: string,
): Effect.fn.Return<Database, StoreError, Scope.Scope> {
  const limit = options.decodedLimit ?? defaultDecodedLimit
  const bytes = (yield* reading(path, () => frameContentSize(path))) ?? 0
  if (bytes > 0 && bytes <= limit) yield* options.beforeUnpacking?.(path, bytes) ?? Effect.void
  if ((yield* decodeEnvelope(path, copy, limit, options)) === "tooLarge") return yield* tooLarge(path, limit)
  const database = yield* Database.open(path, copy, tableNames, index)
  if (!database.hasTable("v1_sync_runs")) return yield* unreadable(path, "the database in it is another program's")
  for (const table of namedTables) yield* database.indexForLookups(table)
  // While the copy has a name: SQLite does not write to one that has none. Real files have all of them.
  yield* reading(path, () => indexGrants(database))
  return database
})

/** The database of a file that the cache keeps, unless it is larger than all of the cache may be. */
const keptDatabase = (path: string, options: C1zFileOptions, cache: CacheOptions) =>
  Effect.flatMap(
    reading(path, () => frameContentSize(path) ?? Number.POSITIVE_INFINITY),
    (size) =>
      size > Math.min(cache.mostBytes, options.decodedLimit ?? defaultDecodedLimit)
        ? Effect.succeed(undefined)
        : cachedDatabase(path, cache, (copy) => Effect.scoped(Effect.asVoid(unpacked(path, copy, options)))),
  )

const tooLarge = (path: string, limit: number): StoreError =>
  new StoreError({
    reason: "Unreadable",
    message: `${path} cannot be read: it unpacks to more than the ${Math.floor(limit / 1024 ** 2)} MiB that are allowed.`,
    hint: "Allow more with --decoder-max-decoded-size-mb or BATON_DECODER_MAX_DECODED_SIZE_MB, if it comes from somebody whom you trust.",
  })

const cannotOpen = (path: string, manifest: Manifest): StoreError => {
  const latest = manifest.syncs.at(-1)
  const stats = latest?.stats
  const content =
    stats === undefined ? "" : `, with ${stats.resources} resources and ${stats.grants} grants in its latest sync`
  return new StoreError({
    reason: "Unreadable",
    message: `${path} is a v3 file (engine ${manifest.engine}${content}), and only v1 files can be opened.`,
    hint: "Have the connector that wrote it use the SQLite engine (`--storage-engine sqlite`), or run `rollcall sync` again.",
  })
}

const noSuchSync = (path: string, id: string): Effect.Effect<never, StoreError> =>
  Effect.fail(
    new StoreError({
      reason: "NotFound",
      message: `${path} holds no sync ${id}.`,
      hint: "List the syncs of the file and name one of them, or name none to read the latest.",
    }),
  )
