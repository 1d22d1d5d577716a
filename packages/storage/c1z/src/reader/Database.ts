// A SQLite file from untrusted hands, and its rows. It is a copy that is ours alone, or one of the cache, which nobody changes.
//
// Before anything is asked of it, every table that we read is checked (untrustedTable.ts), and what single rows are looked up
// by gets an index where the file has none, as every row of a list looks up others.
import type { StatementSync } from "node:sqlite"
import { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import type { StoreError } from "@rollcall/connector"
import { Effect, Option, Stream } from "effect"
import { checkTable, lookupIndex } from "./untrustedTable.ts"
import { reading, unreadable } from "./readFailure.ts"
import type { Row } from "./Row.ts"

/** The most bytes of one text or blob that SQLite hands out; a sync token can have hundreds of thousands. */
export const valueLimit = 16 * 1024 * 1024

// A page of rows ends at whichever comes first, so that a page of huge rows does not take much more memory than others.
const rowsAtOnce = 64
const bytesAtOnce = 256 * 1024

/** The most bytes of rows that are held whole, of what is few by nature, such as syncs and types. Real files are far below. */
export const maxBytesHeld = 64 * 1024 * 1024
/** The schema of the database that the read index is kept in. */
export const indexSchema = "rollcall_index"
/** What a row takes beyond its texts and blobs. */
export const bytesOfARow = 128

/** A text, and what else stands in the row. */
export type TextRow = readonly [text: string, value?: unknown]

const isTextRow = (row: unknown): row is TextRow => Array.isArray(row) && typeof row[0] === "string"

type Parameter = string | number | null

/** An open database and what is known of its tables. */
export class Database {
  readonly path: string
  /** How many bytes of rows have been read so far. */
  bytesRead = 0
  readonly #sqlite: DatabaseSync
  readonly #columns: ReadonlyMap<string, ReadonlySet<string>>
  readonly #lookups = new Map<string, string>()
  #indexes = 0
  // Small questions are asked for every grant, so they are prepared once.
  readonly #statements = new Map<string, StatementSync>()

  private constructor(path: string, sqlite: DatabaseSync, columns: ReadonlyMap<string, ReadonlySet<string>>) {
    this.path = path
    this.#sqlite = sqlite
    this.#columns = columns
  }

  /**
   * Opens the SQLite file for as long as the scope lives, after checking the tables that it is going to be asked for.
   * @param path The .c1z file that failures name.
   * @param indexFile Where the read index goes: a file that is not there yet.
   * @param copy `checked` for one of the cache, which was checked when it was made, and which nobody may change.
   */
  static open = Effect.fnUntraced(function* (
    path: string,
    file: string,
    tables: ReadonlyArray<string>,
    indexFile = ":memory:",
    copy: "own" | "checked" = "own",
  ) {
    const sqlite = yield* Effect.acquireRelease(
      reading(
        path,
        () => new DatabaseSync(copy === "own" ? file : unchangingDatabase(file), { limits: { length: valueLimit } }),
      ),
      (open) => Effect.sync(() => open.close()),
    )
    yield* reading(path, () => {
      sqlite.exec(copy === "own" ? `${asUntrusted}; ${asOwn}` : asUntrusted)
      // Nothing in an untrusted schema can name what is in another database.
      sqlite.prepare(`attach database ? as ${indexSchema}`).run(indexFile)
      // Without a name, it can be written only by who never lets go of it.
      sqlite.exec(`pragma ${indexSchema}.locking_mode = exclusive`)
      sqlite.exec(`pragma ${indexSchema}.journal_mode = off; pragma ${indexSchema}.synchronous = off`)
      // SQLite makes a file when it first writes to it, and then the folder has gone.
      sqlite.exec(`create table ${indexSchema}.opened (at)`)
    })
    const columns = new Map<string, ReadonlySet<string>>()
    for (const table of tables) {
      const found = yield* reading(path, () => checkTable(path, sqlite, table, copy === "own"))
      if (found !== undefined) columns.set(table, found)
      yield* Effect.yieldNow
    }
    return new Database(path, sqlite, columns)
  })

  /** Makes sure that rows of a table are found by `external_id` and `sync_id` without reading all of it. */
  indexForLookups(table: string): Effect.Effect<void, StoreError> {
    return reading(this.path, () => {
      if (!this.hasColumn(table, "external_id") || !this.hasColumn(table, "sync_id")) return
      this.#lookups.set(table, lookupIndex(this.#sqlite, table))
    })
  }

  /** Makes an index on the columns where no index begins with them. Throws what SQLite throws. */
  makeIndex(table: string, columns: ReadonlyArray<string>): void {
    lookupIndex(this.#sqlite, table, columns)
  }

  /** A number that no other read index of the database has, as each sync that is read has its own. */
  nextIndex(): number {
    return ++this.#indexes
  }

  hasTable(table: string): boolean {
    return this.#columns.has(table)
  }

  hasColumn(table: string, column: string): boolean {
    return this.#columns.get(table)?.has(column) === true
  }

  /** All rows of an answer that is small by nature. Throws what SQLite throws, and where the answer is not small. */
  all(sql: string, ...parameters: ReadonlyArray<Parameter>): ReadonlyArray<Row> {
    const rows: Array<Row> = []
    const before = this.bytesRead
    for (const row of this.#prepared(sql).iterate(...parameters)) {
      rows.push(this.#counted(row))
      this.stopPastSmall(before)
    }
    return rows
  }

  /** Hands each row of an answer of any size to `see`, which asks nothing. Throws what SQLite throws. */
  each(sql: string, parameters: ReadonlyArray<Parameter>, see: (row: Row) => void): void {
    for (const row of this.#prepared(sql).iterate(...parameters)) see(this.#counted(row))
  }

  /** The rows of an answer of any size, one by one. Throws what SQLite throws. */
  *iterate(sql: string, ...parameters: ReadonlyArray<Parameter>): Generator<Row, void> {
    for (const row of this.#sqlite.prepare(sql).iterate(...parameters)) yield this.#counted(row)
  }

  /**
   * The rows of an answer of any size as arrays, by which a row of few short values takes half the time. Throws what SQLite throws, and
   * where the first value is no text.
   * @param table Which rows are told of.
   */
  *iterateTexts(table: string, sql: string, ...parameters: ReadonlyArray<Parameter>): Generator<TextRow, void> {
    const statement = this.#sqlite.prepare(sql)
    statement.setReturnArrays(true)
    const rows: Iterable<unknown> = statement.iterate(...parameters)
    for (const row of rows) {
      if (!isTextRow(row)) throw unreadable(this.path, `its table ${table} has ids that are not text`)
      this.bytesRead += bytesOfARow + row[0].length + (row[1] instanceof Uint8Array ? row[1].length : 0)
      yield row
    }
  }

  /** The record of this id in a table that has an index for lookups. Throws what SQLite throws. */
  record(table: string, id: string, syncId: string): Row | undefined {
    const sql = this.recordSql(table, "?", "?")
    return sql === undefined ? undefined : this.first(sql, id, syncId)
  }

  /** Asks for the record of an id, both in SQL, in a table that has an index for lookups. */
  recordSql(table: string, id: string, syncId: string): string | undefined {
    const index = this.#lookups.get(table)
    if (index === undefined) return undefined
    return `select data from ${table} as record indexed by ${index}
      where record.external_id = (${id}) collate binary and record.sync_id = (${syncId}) collate binary`
  }

  /** The first row. Throws what SQLite throws. */
  first(sql: string, ...parameters: ReadonlyArray<Parameter>): Row | undefined {
    const row = this.#prepared(sql).get(...parameters)
    return row === undefined ? undefined : this.#counted(row)
  }

  /** Attaches a database to this one while `use` carries statements out. Throws what SQLite throws. */
  withAttached(file: string, use: (schema: string, run: (sql: string) => void) => void): void {
    this.#sqlite.prepare("attach database ? as rollcall_kept").run(file)
    try {
      use("rollcall_kept", (sql) => this.#sqlite.exec(sql))
    } finally {
      this.#sqlite.exec("detach database rollcall_kept")
    }
  }

  /** Carries a statement out, such as one that fills the read index. Throws what SQLite throws. */
  run(sql: string, ...parameters: ReadonlyArray<Parameter>): void {
    this.#prepared(sql).run(...parameters)
  }

  /**
   * The rows of an answer of any size, each turned into something by `view`, which may ask the database too.
   * @param size `small` for an answer that its reader may hold whole; one that is larger fails.
   */
  stream<A>(
    sql: string,
    parameters: ReadonlyArray<Parameter>,
    view: (row: Row) => A,
    size: "any" | "small" = "any",
  ): Stream.Stream<A, StoreError> {
    return Stream.suspend(() => {
      let rows: Iterator<Row> | undefined
      const most = size === "small" ? this.bytesRead + maxBytesHeld : Number.POSITIVE_INFINITY
      const page = () =>
        reading(this.path, () => {
          rows ??= this.#sqlite.prepare(sql).iterate(...parameters)
          this.stopPast(most)
          return this.#page(rows, view)
        })
      return Stream.paginate(undefined, page).pipe(Stream.ensuring(Effect.sync(() => rows?.return?.())))
    })
  }

  /** Throws where an answer that its reader holds whole, and that began at so many bytes, is not small. */
  stopPastSmall(began: number): void {
    this.stopPast(began + maxBytesHeld)
  }

  /** Throws where more than so many bytes have been read. */
  stopPast(most: number): void {
    if (this.bytesRead > most) throw unreadable(this.path, "it lists far more than a workspace can have")
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#sqlite.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #page<A>(rows: Iterator<Row>, view: (row: Row) => A): readonly [ReadonlyArray<A>, Option.Option<undefined>] {
    const views: Array<A> = []
    const bytesBefore = this.bytesRead
    while (views.length < rowsAtOnce && this.bytesRead - bytesBefore < bytesAtOnce) {
      const { value: row, done } = rows.next()
      if (done === true) return [views, Option.none()]
      views.push(view(this.#counted(row)))
    }
    return [views, Option.some(undefined)]
  }

  #counted(row: Row): Row {
    this.bytesRead += bytesOfARow
    for (const column in row) {
      const value = row[column]
      if (typeof value === "string" || value instanceof Uint8Array) this.bytesRead += value.length
    }
    return row
  }
}

/** A database that is only read, as `DatabaseSync` takes it. What is attached to it can be written. */
export const unchangingDatabase = (file: string): URL => {
  const url = pathToFileURL(file)
  url.searchParams.set("mode", "ro")
  return url
}

// Nothing in the schema may act by itself.
const asUntrusted = `
  pragma trusted_schema = off; pragma cell_size_check = on; pragma ignore_check_constraints = on; pragma temp_store = file
`
// Of a copy that is ours alone nothing need survive a crash, nor is anybody else to wait for.
const asOwn = "pragma locking_mode = exclusive; pragma journal_mode = off; pragma synchronous = off"
