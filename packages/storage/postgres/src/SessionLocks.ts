// Locks that are free as soon as their holder is gone, however it went: those of a session of PostgreSQL. One session holds all locks of a
// process, so that a process with two hundred connections does not need as many sessions.
import { PgConnection } from "@effect/sql-pg"
import { Deferred, Effect, Exit, Queue, RcRef, Scope } from "effect"
import type { DatabaseSession } from "./Database.ts"
import { DatabaseError, databaseError } from "./DatabaseError.ts"

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

interface Session {
  readonly ask: (statement: string, ...values: ReadonlyArray<unknown>) => Effect.Effect<unknown, DatabaseError>
  readonly lost: Effect.Effect<never, DatabaseError>
  readonly held: Set<string>
}

/** A holder that still runs is heard this often, and gives up before the server does where it gets no answer. */
const beat = "5 seconds"

// The schema is in the name: two installations in one database do not hold up each other.
const key = "hashtextextended('rollcall ' || current_schema() || ' ' || $1, 0)"

const gone = (cause: DatabaseError) =>
  new DatabaseError({
    reason: "Unreachable",
    message: "The session that holds the locks of this process has ended.",
    hint: "What ran under them was stopped; it goes on when it is run again.",
    cause,
  })

/**
 * The locks of this process. The session is opened for the first one, and closed a while after the last.
 * @param mostSilence The server ends a session that was silent for so long, and frees its locks: that of a replica which is stopped, or is
 * cut off while its connection seems open.
 */
export const sessionLocks = Effect.fnUntraced(function* (
  config: PgConnection.Config,
  run: DatabaseSession["run"],
  mostSilence = "30s",
): Effect.fn.Return<SessionLocks, never, Scope.Scope> {
  const ofProcess = yield* Effect.scope
  const openSession = Effect.gen(function* () {
    const connected = yield* Scope.make()
    const connection = yield* run(Scope.provide(PgConnection.make(config), connected))
    const session = yield* connection.pin
    const ask = (statement: string, ...values: ReadonlyArray<unknown>) =>
      Effect.map(run(session.queryValues(statement, values)), ([row]) => row?.[0])
    yield* ask("select set_config('idle_session_timeout', $1, false)", mostSilence)
    // Nothing is ever told on this channel: it fails when the connection ends.
    const news = yield* run(session.listen("rollcall_locks"))
    const closed = Effect.mapError(Effect.forever(Queue.take(news)), databaseError)
    const silent = Effect.forever(Effect.delay(ask("select 1"), beat))
    const lost = yield* Deferred.make<never, DatabaseError>()
    const end = (error: DatabaseError) =>
      // It closes what this runs in.
      Effect.andThen(Deferred.fail(lost, gone(error)), Effect.forkIn(RcRef.invalidate(ref), ofProcess))
    yield* Effect.raceFirst(closed, silent).pipe(Effect.catch(end), Effect.forkScoped)
    // The connection goes first: what else is given up would wait for an answer.
    yield* Effect.addFinalizer((exit) => Scope.close(connected, exit))
    return { ask, lost: Deferred.await(lost), held: new Set<string>() }
  })
  const ref: RcRef.RcRef<Session, DatabaseError> = yield* RcRef.make({
    acquire: openSession,
    idleTimeToLive: "2 minutes",
  })

  const tryTake = Effect.fnUntraced(function* (name: string) {
    const session = yield* RcRef.get(ref)
    // A session may take its own locks again.
    if (session.held.has(name)) return undefined
    yield* Effect.acquireRelease(
      Effect.sync(() => session.held.add(name)),
      () => Effect.sync(() => session.held.delete(name)),
    )
    const taken = yield* Effect.acquireRelease(session.ask(`select pg_try_advisory_lock(${key})`, name), (isTaken) =>
      // A lock that cannot be given back goes with its session.
      isTaken === true
        ? session.ask(`select pg_advisory_unlock(${key})`, name).pipe(Effect.catch(() => RcRef.invalidate(ref)))
        : Effect.void,
    )
    return taken === true ? { lost: session.lost } : undefined
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
})
