// One session that a process keeps beside the pool, for what belongs to a session: locks, and news of other replicas. Either end misses the
// other within half a minute.
import { PgConnection } from "@effect/sql-pg"
import { Deferred, Effect, Exit, Queue, RcRef, Scope } from "effect"
import type { DatabaseSession } from "./Database.ts"
import { DatabaseError, databaseError } from "./DatabaseError.ts"

/** A session that is open. */
export interface KeptSession {
  /** Runs a statement in it; the first value of its first row. */
  readonly ask: (statement: string, ...values: ReadonlyArray<unknown>) => Effect.Effect<unknown, DatabaseError>
  /** What is told on a channel from now on; the work on it has to end when the session is `lost`. */
  readonly listen: (
    channel: string,
  ) => Effect.Effect<Queue.Dequeue<PgConnection.Notification, unknown>, DatabaseError, Scope.Scope>
  /** Fails when the session has ended, or nobody answers in it. */
  readonly lost: Effect.Effect<never, DatabaseError>
  /** Ends it for all who use it, where it can no longer be said what it holds: it is `lost` for them. */
  readonly end: (cause: DatabaseError) => Effect.Effect<void>
  /** The locks that it holds. */
  readonly locks: Set<string>
}

/** It is heard this often, and gives up, where it gets no answer, before the server does. */
const beat = "10 seconds"

const gone = (cause: DatabaseError) =>
  new DatabaseError({
    reason: "Unreachable",
    message: "The session of this process with the database has ended, and its locks with it.",
    hint: "What ran under them was stopped; it goes on when it is run again.",
    cause,
  })

/**
 * The session of this process. It is opened when it is first needed, and again after it was lost; and closed a while after the last use.
 * @param mostSilence The server ends a session that was silent for so long, and frees its locks: that of a replica which is stopped, or is
 * cut off while its connection seems open.
 */
export const keptSession = Effect.fnUntraced(function* (
  config: PgConnection.Config,
  run: DatabaseSession["run"],
  mostSilence = "30s",
): Effect.fn.Return<RcRef.RcRef<KeptSession, DatabaseError>, never, Scope.Scope> {
  const ofProcess = yield* Effect.scope
  const open = Effect.gen(function* () {
    const connected = yield* Scope.make()
    const connection = yield* run(Scope.provide(PgConnection.make(config), connected))
    const session = yield* connection.pin
    const ask = (statement: string, ...values: ReadonlyArray<unknown>) =>
      Effect.map(run(session.queryValues(statement, values)), ([row]) => row?.[0])
    yield* ask("select set_config('idle_session_timeout', $1, false)", mostSilence)
    const listen = (channel: string) => run(session.listen(channel))
    // Nothing is ever told on this channel: it fails when the connection ends.
    const silence = yield* listen("rollcall_nothing")
    const closed = Effect.mapError(Effect.forever(Queue.take(silence)), databaseError)
    const unheard = Effect.forever(Effect.delay(ask("select 1"), beat))
    const lost = yield* Deferred.make<never, DatabaseError>()
    // The connection does not wait until nobody uses it any more: its locks are free as soon as it is closed. That closes what this runs in.
    const close = Effect.andThen(RcRef.invalidate(ref), Scope.close(connected, Exit.void))
    let isEnding = false
    const end = (error: DatabaseError) =>
      Effect.suspend(() => {
        if (isEnding) return Effect.void
        isEnding = true
        // Whoever hears that it is lost is given another one.
        const closing = Effect.forkIn(close, ofProcess, { startImmediately: true })
        return Effect.asVoid(Effect.andThen(closing, Deferred.fail(lost, gone(error))))
      })
    yield* Effect.raceFirst(closed, unheard).pipe(Effect.catch(end), Effect.forkScoped)
    // The connection goes first: what else is given up would wait for an answer.
    yield* Effect.addFinalizer((exit) => Scope.close(connected, exit))
    return { ask, listen, lost: Deferred.await(lost), end, locks: new Set<string>() }
  })
  const ref: RcRef.RcRef<KeptSession, DatabaseError> = yield* RcRef.make({ acquire: open, idleTimeToLive: "2 minutes" })
  return ref
})
