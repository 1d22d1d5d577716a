// The database that several workers share: a pool of sessions, looked at before the first use, and its tables brought up to date.
import { PgClient } from "@effect/sql-pg"
import type { Duration, RcRef, Redacted, Scope } from "effect"
import { Context, Effect, Fiber, Layer, Schedule } from "effect"
import { Reactivity } from "effect/reactivity"
import type { SqlError } from "effect/sql"
import { SqlClient } from "effect/sql"
import { checkServer, checkSessions } from "./checks.ts"
import type { DatabaseError } from "./DatabaseError.ts"
import { databaseError, noAnswer } from "./DatabaseError.ts"
import { checkUrl } from "./databaseUrl.ts"
import type { KeptSession } from "./KeptSession.ts"
import { keptSession } from "./KeptSession.ts"
import type { Migration } from "./migrations.ts"
import { migrate, migrations } from "./migrations.ts"
import type { SessionLocks } from "./SessionLocks.ts"
import { sessionLocks } from "./SessionLocks.ts"

/** What a database is opened with. */
export interface DatabaseOptions {
  /** Holds the password, and how TLS is used (`sslmode`). Certificates are always verified. */
  readonly url: Redacted.Redacted
  /** Sessions at most; 10 when absent. Three are needed at the start. */
  readonly maxConnections?: number | undefined
  /** The steps of the tables that this worker knows; all of them when absent. */
  readonly migrations?: ReadonlyArray<Migration> | undefined
}

/** Statements and the way to run them. */
export interface DatabaseSession {
  readonly sql: PgClient.PgClient
  /** Runs one statement, with an end to waiting for its answer. What fails is told for people, without what was sent. */
  readonly run: <A, R>(statement: Effect.Effect<A, SqlError.SqlError, R>) => Effect.Effect<A, DatabaseError, R>
}

/** The database, ready for use. */
export class Database extends Context.Service<
  Database,
  DatabaseSession & {
    /**
     * Runs a statement that may be run twice, such as one that puts a row in the place of an older one: again for half a minute while the
     * database is away, as it is when it is started again.
     */
    readonly runAgain: DatabaseSession["run"]
    /** A session beside the pool, for all of this process. */
    readonly kept: RcRef.RcRef<KeptSession, DatabaseError>
    /** Locks of this process, free when it is gone. */
    readonly locks: SessionLocks
  }
>()("@rollcall/postgres/Database") {}

/** How long a statement may take. */
const statementTime = "10 seconds"

/** Half a minute in all, with the time that the tries take. */
const again = Schedule.upTo(Schedule.spaced("500 millis"), { duration: "20 seconds" })

/**
 * Settings of each session. What has been committed survives a crash of the server, whatever its own settings say. A replica that is cut
 * off, without a word to the server, is missed after half a minute, and its locks are free.
 */
const session = {
  synchronous_commit: "on",
  tcp_keepalives_idle: "10",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "4",
  idle_in_transaction_session_timeout: "60000",
}

/** The settings of a client, also of a session beside the pool. */
export const clientConfig = (url: Redacted.Redacted, applicationName: string): PgClient.PgClientConfig => ({
  url,
  applicationName,
  startupParameters: session,
  keepAlive: "10 seconds",
})

/**
 * Statements of a client, each with an end to waiting for its answer: also where nothing may be interrupted, and without waiting for a
 * connection that is silent to be given up, which happens in this scope. What gives something back, as a fiber does that was interrupted, is
 * waited for like any other.
 */
export const sessionOf = (
  sql: PgClient.PgClient,
  scope: Scope.Scope,
  patience: Duration.Input = statementTime,
): DatabaseSession => {
  const begin = <A, E, R>(work: Effect.Effect<A, E, R>) =>
    Effect.forkIn(Effect.interruptible(work), scope, { startImmediately: true })
  const giveUp = (fiber: Fiber.Fiber<unknown, unknown>) =>
    Effect.suspend(() =>
      fiber.pollUnsafe() === undefined ? Effect.forkIn(Fiber.interrupt(fiber), scope) : Effect.void,
    )
  return {
    sql,
    run: (statement) =>
      Effect.flatMap(begin(Effect.mapError(statement, databaseError)), (answer) => {
        const inTime = Effect.timeoutOrElse(Fiber.join(answer), {
          duration: patience,
          orElse: () => Effect.fail(noAnswer),
        })
        // A fiber of its own: one that was interrupted would end at once where it may be interrupted.
        return Effect.flatMap(begin(inTime), (waiting) =>
          Effect.onExit(Fiber.join(waiting), () => Effect.andThen(giveUp(waiting), giveUp(answer))),
        )
      }),
  }
}

/**
 * Opens the database. Fails, with what to do, where the server is too old, a proxy stands between that breaks sessions, the tables are
 * newer than this worker allows (all 78), or nothing answers (75).
 */
const openDatabase = Effect.fn("Database.open")(function* (
  options: DatabaseOptions,
): Effect.fn.Return<Database["Service"], DatabaseError, Scope.Scope> {
  const { url, maxConnections } = options
  const config = clientConfig(url, yield* checkUrl(url))
  const sql = yield* PgClient.make({ ...config, maxConnections }).pipe(
    Effect.provide(Reactivity.layer),
    Effect.mapError(databaseError),
  )
  const scope = yield* Effect.scope
  const opened = sessionOf(sql, scope)
  yield* checkServer(opened)
  yield* checkSessions(opened)
  yield* migrate(sessionOf(sql, scope, "2 minutes"), options.migrations ?? migrations)
  const kept = yield* keptSession(config, opened.run)
  return {
    ...opened,
    kept,
    locks: sessionLocks(kept),
    runAgain: (statement) =>
      Effect.retry(opened.run(statement), { schedule: again, while: ({ reason }) => reason === "Unreachable" }),
  }
})

/** The database, and the client that Effect's cluster and workflows use, over one pool. */
export const databaseLayer = (
  options: DatabaseOptions,
): Layer.Layer<Database | PgClient.PgClient | SqlClient.SqlClient, DatabaseError> =>
  Layer.effectContext(
    Effect.map(openDatabase(options), (database) =>
      Context.make(Database, database).pipe(
        Context.add(PgClient.PgClient, database.sql),
        Context.add(SqlClient.SqlClient, database.sql),
      ),
    ),
  )
