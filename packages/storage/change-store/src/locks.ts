// Locks on a store: one for applies, one for the ends of leases, one for counting. Each is SQLite's, in a file of its own beside the store,
// which the system releases when a process dies, however it dies. Who holds that of applies stands in the store, for people alone: what was
// left behind there blocks nobody.
import type { StoreError } from "@rollcall/connector"
import { othersChange } from "@rollcall/plan"
import type { Scope, Semaphore } from "effect"
import { Clock, Effect, Schedule } from "effect"
import type { DatabaseSync } from "node:sqlite"
import { attempt, openPrivately, patience } from "./openPrivately.ts"

/** The table of the store that says who holds the lock. */
export const holderTable =
  "create table if not exists holder (only_one integer primary key, what text not null, since text not null) strict"

const exclusively = "pragma locking_mode = exclusive; begin exclusive"

/** Holds the lock of a file, which is made, until the scope ends or the process dies; fails with `Busy` where another holds it. */
export const holdLock = (path: string): Effect.Effect<void, StoreError, Scope.Scope> =>
  Effect.asVoid(openPrivately(path, exclusively, 0))

/** Runs work while no other run on the same store ends leases. */
export const endAlone =
  (path: string) =>
  <A, E, R>(_tenant: string, work: Effect.Effect<A, E, R>): Effect.Effect<A, E | StoreError, R> =>
    Effect.scoped(Effect.andThen(holdLock(`${path}.expire`), work))

/** Runs work, which is short, while no other process does so; waits for its turn as long as for a store that is in use. */
export const inTurn =
  (path: string, turns: Semaphore.Semaphore) =>
  <A, E, R>(_tenant: string, work: Effect.Effect<A, E, R>): Effect.Effect<A, E | StoreError, R> => {
    const held = Effect.retry(holdLock(path), {
      while: ({ reason }) => reason === "Busy",
      schedule: Schedule.spaced(pause),
      times: patience / pause,
    })
    return turns.withPermit(Effect.scoped(Effect.andThen(Effect.interruptible(held), work)))
  }

/** Milliseconds between two looks whether the lock is free. */
const pause = 10

/** Runs work while no other run on the same store applies a plan. */
export const applyAlone =
  (path: string, db: DatabaseSync) =>
  <A, E, R>(_tenant: string, what: string, work: Effect.Effect<A, E, R>): Effect.Effect<A, E | StoreError, R> =>
    Effect.scoped(
      Effect.gen(function* () {
        yield* Effect.mapError(holdLock(`${path}.apply`), (error) =>
          error.reason === "Busy" ? held(db, error) : error,
        )
        const since = new Date(yield* Clock.currentTimeMillis).toISOString()
        yield* attempt(path, () => db.prepare("insert or replace into holder values (1, ?, ?)").run(what, since))
        return yield* work
      }),
    )

const held = (db: DatabaseSync, cause: StoreError): StoreError => {
  const { what, since } = db.prepare("select what, since from holder").get() ?? {}
  return othersChange(what === undefined ? undefined : { what: String(what), since: String(since) }, cause)
}
