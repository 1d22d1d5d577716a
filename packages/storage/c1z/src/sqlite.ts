// What is asked of SQLite, which works synchronously: long work in slices, between which others get their turn, such as
// progress, a signal, a heartbeat; transactions; inserts that are derived from the schema, so that a column is named in one
// place; sizes; and answers that are asked for again and again, found once, in memory that stays bounded.
import type { StoreError } from "@rollcall/connector"
import { Effect, Exit } from "effect"
import type { DatabaseSync, SQLInputValue } from "node:sqlite"
import type { Table } from "./schema.ts"
import { tables } from "./schema.ts"
import { attempt } from "./WorkStore/storeFailure.ts"

/**
 * Does a piece of work for each item, giving way after each. An item is to take some tens of milliseconds at most.
 * What fails in reading an item is told of the path it comes from, what fails in the work of the path it goes to. `before` is done
 * before the work of each.
 */
export const inSlices = Effect.fnUntraced(function* <A>(
  from: string,
  items: Iterable<A>,
  work: (item: A) => void,
  to: string = from,
  before: (item: A) => Effect.Effect<void> = () => Effect.void,
): Effect.fn.Return<void, StoreError> {
  const iterator = items[Symbol.iterator]()
  for (;;) {
    const next = yield* attempt(from, () => iterator.next())
    if (next.done === true) return
    yield* before(next.value)
    yield* attempt(to, () => work(next.value))
    yield* Effect.yieldNow
  }
})

/** Runs work in one transaction: all of it is stored, or none. */
export const inTransaction = <A, E>(
  path: string,
  db: DatabaseSync,
  work: Effect.Effect<A, E>,
): Effect.Effect<A, E | StoreError> =>
  Effect.acquireUseRelease(
    attempt(path, () => db.exec("begin immediate")),
    () =>
      Effect.tap(
        work,
        attempt(path, () => db.exec("commit")),
      ),
    (_, exit) => (Exit.isSuccess(exit) || !db.isTransaction ? Effect.void : Effect.sync(() => db.exec("rollback"))),
  )

/** Cuts an array into pieces. */
export function* piecesOf<A>(items: ReadonlyArray<A>, size: number): Generator<ReadonlyArray<A>> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}

const tableNamed = (name: string): Table => {
  const table = tables.find((it) => it.name === name)
  if (table === undefined) throw new Error(`The schema has no table ${name}.`)
  return table
}

/** The name under which a connection sees the database of a .c1z file that it builds. */
export const built = "built"

/** Takes a database from a connection; what it did not finish is undone. */
export const detach = (db: DatabaseSync, schema: string): void => {
  if (db.isTransaction) db.exec("rollback")
  db.exec(`detach ${schema}`)
}

/** Prepares an insert of these columns into a table of the database that is built; the rest take their defaults. */
export const insertInto = (
  db: DatabaseSync,
  name: string,
  columns: ReadonlyArray<string>,
): ((...values: ReadonlyArray<SQLInputValue>) => void) => {
  const known = tableNamed(name).columns.map((it) => it.name)
  const unknown = columns.filter((it) => !known.includes(it))
  if (unknown.length > 0) throw new Error(`The table ${name} has no column ${unknown.join(", ")}.`)
  const statement = db.prepare(
    `insert into ${built}.${name} (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`,
  )
  return (...values) => void statement.run(...values)
}

/** Bytes of a page of the databases that we build. */
export const pageSize = 4096

/** The size in bytes of a database that is attached to a connection. */
export const bytesOf = (db: DatabaseSync, schema: typeof built | "earlier" | "main"): number => {
  const number = (name: string) => Number(db.prepare(`pragma ${schema}.${name}`).get()?.[name])
  return number("page_count") * number("page_size")
}

/** Remembers the answers to the last `size` different questions; an `undefined` one is looked up again each time. */
export const memoize = <A>(size: number, find: (key: string) => A | undefined) => {
  const known = new Map<string, A>()
  return (key: string): A | undefined => {
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const found = find(key)
    if (found === undefined) return undefined
    const oldest = known.size < size ? undefined : known.keys().next().value
    if (oldest !== undefined) known.delete(oldest)
    known.set(key, found)
    return found
  }
}
