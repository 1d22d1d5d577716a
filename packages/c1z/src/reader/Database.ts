// A SQLite file from untrusted hands, opened read-only, and its rows.
//
// Before anything is asked of it, every table that we read is checked: it must be a plain table with plain columns, as a
// view or a generated column could hide a computation without end, and its pages must form a tree, as a damaged or
// forged one could repeat rows for ever.
import type { StatementSync } from "node:sqlite"
import { DatabaseSync } from "node:sqlite"
import type { StoreError } from "@rollcall/connector"
import { Effect, Option, Stream } from "effect"
import { reading, unreadable } from "./readFailure.ts"
import type { Row } from "./Row.ts"

/** The most bytes of one text or blob that SQLite hands out; a sync token can have hundreds of thousands. */
const valueLimit = 16 * 1024 * 1024

// A page of rows ends at whichever comes first, so that a page of huge rows does not take much more memory than others.
const rowsAtOnce = 64
const bytesAtOnce = 256 * 1024

type Parameter = string | number

/** An open database and what is known of its tables. */
export class Database {
  readonly path: string
  /** How many bytes of records have been read so far. */
  bytesRead = 0
  readonly #sqlite: DatabaseSync
  readonly #columns: ReadonlyMap<string, ReadonlySet<string>>
  // Questions for one row are asked for every grant, so they are prepared once.
  readonly #statements = new Map<string, StatementSync>()

  private constructor(path: string, sqlite: DatabaseSync, columns: ReadonlyMap<string, ReadonlySet<string>>) {
    this.path = path
    this.#sqlite = sqlite
    this.#columns = columns
  }

  /**
   * Opens the SQLite file for as long as the scope lives, after checking the tables that it is going to be asked for.
   * @param path The .c1z file that failures name.
   */
  static open = Effect.fnUntraced(function* (path: string, file: string, tables: ReadonlyArray<string>) {
    const sqlite = yield* Effect.acquireRelease(
      reading(path, () => new DatabaseSync(file, { readOnly: true, limits: { length: valueLimit } })),
      (open) => Effect.sync(() => open.close()),
    )
    const columns = yield* reading(path, () => checkTables(path, sqlite, tables))
    return new Database(path, sqlite, columns)
  })

  hasTable(table: string): boolean {
    return this.#columns.has(table)
  }

  hasColumn(table: string, column: string): boolean {
    return this.#columns.get(table)?.has(column) === true
  }

  /** All rows of a question whose answer is known to be small. Throws what SQLite throws. */
  all(sql: string, ...parameters: ReadonlyArray<Parameter>): ReadonlyArray<Row> {
    return this.#sqlite.prepare(sql).all(...parameters)
  }

  /** The first row. Throws what SQLite throws. */
  first(sql: string, ...parameters: ReadonlyArray<Parameter>): Row | undefined {
    const statement = this.#statements.get(sql) ?? this.#sqlite.prepare(sql)
    this.#statements.set(sql, statement)
    const row = statement.get(...parameters)
    return row === undefined ? undefined : this.#counted(row)
  }

  /** The rows of an answer of any size, each turned into something by `view`, which may ask the database too. */
  stream<A>(sql: string, parameters: ReadonlyArray<Parameter>, view: (row: Row) => A): Stream.Stream<A, StoreError> {
    return Stream.suspend(() => {
      let rows: Iterator<Row> | undefined
      const page = () =>
        reading(this.path, () => {
          rows ??= this.#sqlite.prepare(sql).iterate(...parameters)
          return this.#page(rows, view)
        })
      return Stream.paginate(undefined, page).pipe(Stream.ensuring(Effect.sync(() => rows?.return?.())))
    })
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
    const data = row["data"]
    if (data instanceof Uint8Array) this.bytesRead += data.length
    return row
  }
}

const checkTables = (
  path: string,
  sqlite: DatabaseSync,
  tables: ReadonlyArray<string>,
): ReadonlyMap<string, ReadonlySet<string>> => {
  sqlite.exec("pragma trusted_schema = off; pragma cell_size_check = on; pragma ignore_check_constraints = on")
  const columns = new Map<string, ReadonlySet<string>>()
  for (const table of tables) {
    const kind = sqlite.prepare("select type from pragma_table_list where schema = 'main' and name = ?").get(table)
    if (kind === undefined) continue
    if (kind["type"] !== "table") throw unreadable(path, `${table} in it is not a plain table`)
    const all = sqlite.prepare("select name, hidden from pragma_table_xinfo(?)").all(table)
    if (all.some((column) => column["hidden"] !== 0)) throw unreadable(path, `${table} in it computes its columns`)
    columns.set(table, new Set(all.map((column) => String(column["name"]))))

    const verdict = sqlite.prepare(`pragma quick_check(${table})`).get()
    if (verdict?.["quick_check"] !== "ok") throw unreadable(path, `its table ${table} is damaged`)
  }
  return columns
}
