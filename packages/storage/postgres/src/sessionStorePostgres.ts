// The store of sessions in PostgreSQL, for all replicas.
import { SessionStore, StoredSession } from "@rollcall/session-store"
import { Effect, Layer, Schema } from "effect"
import type { Statement } from "effect/sql"
import { Database } from "./Database.ts"
import { asStore, unreadable } from "./storeError.ts"

/** Who is signed in to the console of any replica. */
export const sessionStorePostgres: Layer.Layer<SessionStore, never, Database> = Layer.effect(
  SessionStore,
  Effect.map(Effect.service(Database), ({ sql, run, runAgain }) => {
    const change = (statement: Statement.Statement<unknown>) => Effect.asVoid(asStore(runAgain(statement)))
    return SessionStore.of({
      // Not again where the answer was lost: the second time it would seem that the sign-in was used before.
      add: (id, signIn, { issuer, subject, name, role, provedAt, startedAt, usedAt }) =>
        Effect.map(
          asStore(
            run(sql`insert into rollcall_session
                (id, sign_in, issuer, subject, name, role, proved_at, started_at, used_at)
              values (${id}, ${signIn}, ${issuer}, ${subject}, ${name}, ${role}, ${provedAt}, ${startedAt}, ${usedAt})
              on conflict do nothing returning id`),
          ),
          (rows) => rows.length > 0,
        ),
      find: (id) =>
        Effect.flatMap(
          asStore(
            runAgain(sql<object>`select issuer, subject, name, role, proved_at::float8 as "provedAt",
              started_at::float8 as "startedAt", used_at::float8 as "usedAt" from rollcall_session where id = ${id}`),
          ),
          ([row]) =>
            row === undefined
              ? Effect.succeed(undefined)
              : Effect.mapError(decodeRow(row), (cause) => unreadable("a session", cause)),
        ),
      used: (id, at) => change(sql`update rollcall_session set used_at = ${at} where id = ${id}`),
      remove: (id) => change(sql`delete from rollcall_session where id = ${id}`),
      removeOlder: ({ usedAt, startedAt }) =>
        change(sql`delete from rollcall_session where used_at < ${usedAt} or started_at < ${startedAt}`),
    })
  }),
)

const decodeRow = Schema.decodeUnknownEffect(StoredSession)
