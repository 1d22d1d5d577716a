// Locks that are free as soon as their holder is gone, however it went: those of a session of PostgreSQL. One session holds all locks of a
// process, so that a process with two hundred connections does not need as many sessions.
import { Effect, Exit, RcRef, Scope } from "effect"
import type { DatabaseError } from "./DatabaseError.ts"
import type { KeptSession } from "./KeptSession.ts"

/** A lock that this process holds. */
export interface HeldLock {
  /** Fails when the lock may be held no more, because its session is gone: what runs under it has to end. */
  readonly lost: Effect.Effect<never, DatabaseError>
}

/** Locks by name. */
export interface SessionLocks {
  /** Takes a lock until the scope ends; `undefined` where somebody has it, here or elsewhere. */
  readonly take: (name: string) => Effect.Effect<HeldLock | undefined, DatabaseError, Scope.Scope>
}

// The schema is in the name: two installations in one database do not hold up each other.
const key = "hashtextextended('rollcall ' || current_schema() || ' ' || $1, 0)"

/** The locks of the process that keeps this session. */
export const sessionLocks = (kept: RcRef.RcRef<KeptSession, DatabaseError>): SessionLocks => {
  const tryTake = Effect.fnUntraced(function* (name: string) {
    const { ask, lost, end, locks } = yield* RcRef.get(kept)
    // A session may take its own locks again.
    if (locks.has(name)) return undefined
    yield* Effect.acquireRelease(
      Effect.sync(() => locks.add(name)),
      () => Effect.sync(() => locks.delete(name)),
    )
    // Unknown until the server has answered.
    let taken: unknown
    yield* Effect.addFinalizer(() =>
      taken === false
        ? Effect.void
        : // A lock that cannot be given back goes with its session.
          ask(`select pg_advisory_unlock(${key})`, name).pipe(Effect.catch(end)),
    )
    taken = yield* ask(`select pg_try_advisory_lock(${key})`, name)
    return taken === true ? { lost } : undefined
  })
  return {
    take: Effect.fnUntraced(function* (name) {
      const scope = yield* Scope.fork(yield* Effect.scope)
      const held = yield* Effect.onError(Scope.provide(tryTake(name), scope), (cause) =>
        Scope.close(scope, Exit.failCause(cause)),
      )
      if (held === undefined) yield* Scope.close(scope, Exit.void)
      return held
    }),
  }
}
