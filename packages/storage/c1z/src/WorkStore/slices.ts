// SQLite works synchronously. Long work is cut into slices, and between two of them others get their turn: progress, a
// signal, a heartbeat.
import type { StoreError } from "@rollcall/connector"
import { Effect, Exit } from "effect"
import type { DatabaseSync } from "node:sqlite"
import { attempt } from "./storeFailure.ts"

/**
 * Does a piece of work for each item, giving way after each. An item is to take some tens of milliseconds at most.
 * What fails in reading an item is told of the path it comes from, what fails in the work of the path it goes to.
 */
export const inSlices = Effect.fnUntraced(function* <A>(
  from: string,
  items: Iterable<A>,
  work: (item: A) => void,
  to: string = from,
): Effect.fn.Return<void, StoreError> {
  const iterator = items[Symbol.iterator]()
  for (;;) {
    const next = yield* attempt(from, () => iterator.next())
    if (next.done === true) return
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
