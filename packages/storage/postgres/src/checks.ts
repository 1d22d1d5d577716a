// What is looked at before a database is used.
import { randomUUID } from "node:crypto"
import { Effect } from "effect"
import type { DatabaseSession } from "./Database.ts"
import { DatabaseError } from "./DatabaseError.ts"

/** PostgreSQL 14, the oldest that its makers support: https://www.postgresql.org/support/versioning/ */
const oldestServer = 140_000

/** What a server says of itself. */
interface Server {
  readonly number: number
  readonly version: string
  /** Where tables are made; none where the search path names no schema that is there. */
  readonly schema: string | null
  readonly durability: string
}

/** Why a server cannot be used; nothing where it can. */
export const refusalOf = ({ number, version, schema, durability }: Server): DatabaseError | undefined => {
  if (number < oldestServer) {
    return new DatabaseError({
      reason: "TooOld",
      message: `The database is PostgreSQL ${version}, and 14 or newer is needed.`,
      hint: "Upgrade it, or name another one in BATON_DATABASE_URL.",
    })
  }
  if (schema === null) {
    return new DatabaseError({
      reason: "Missing",
      message: "The database has no schema in which tables can be made: its search_path names none that exists.",
      hint: "Create the schema, or grant this user USAGE on it.",
    })
  }
  // A proxy may keep the settings of a session from the server.
  return durability === "on"
    ? undefined
    : pooled(`a proxy does not pass settings on: synchronous_commit is ${durability}`)
}

const pooled = (why: string) =>
  new DatabaseError({
    reason: "Pooled",
    message: `BATON_DATABASE_URL does not lead to sessions of PostgreSQL: ${why}.`,
    hint: "Name PostgreSQL itself, or a proxy that pools sessions and not transactions: workers hold locks of sessions.",
  })

/** Fails where the server is of no use. */
export const checkServer = ({ sql, run }: DatabaseSession): Effect.Effect<void, DatabaseError> =>
  Effect.flatMap(
    run(
      // Whatever stands between may not keep prepared statements.
      sql<Server>`
        select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
          current_schema()::text as schema, current_setting('synchronous_commit') as durability`.unprepared,
    ),
    ([server]) => (server === undefined ? Effect.void : (refusalOf(server) ?? Effect.void)),
  )

const mark = "select set_config('rollcall.session', $1, false)"
const marked = "select current_setting('rollcall.session', true)"

/**
 * Fails where sessions are not what they seem: one sets a mark; others, each in a transaction, must not see it; and then the first one
 * must. A proxy that pools transactions gives the session of the first to one of the others.
 */
export const checkSessions = ({ sql, run }: DatabaseSession): Effect.Effect<void, DatabaseError> =>
  Effect.scoped(
    Effect.gen(function* () {
      const [own, ...others] = yield* run(Effect.all([sql.reserve, sql.reserve, sql.reserve], { concurrency: 3 }))
      const id = randomUUID()
      const one = (text: string, values: ReadonlyArray<unknown> = [], session = own) =>
        Effect.map(run(session.executeValuesUnprepared(text, values)), ([row]) => row?.[0])
      yield* one(mark, [id])
      const seen = yield* Effect.forEach(
        others,
        (session) => Effect.andThen(one("begin", [], session), one(marked, [], session)),
        { concurrency: "unbounded" },
      )
      const kept = yield* one(marked)
      yield* Effect.forEach(others, (session) => one("rollback", [], session), { discard: true })
      yield* one(mark, [""])
      if (seen.includes(id) || kept !== id) return yield* pooled("a proxy gives each transaction another one")
    }),
  )
