// The store of sessions as an SQLite file for this user alone (0600), for a worker that has no database.
import { attempt, damaged, isTaken, openPrivately } from "@rollcall/change-store/private-file"
import type { StoreError } from "@rollcall/connector"
import { Effect, Layer, Schema } from "effect"
import { SessionStore, StoredSession } from "./SessionStore.ts"

const schema = `
  create table if not exists session (
    id text primary key, sign_in text not null unique, issuer text not null, subject text not null, name text not null, role text not null,
    proved_at integer not null, started_at integer not null, used_at integer not null
  ) strict, without rowid`

const words = { called: "The store of sessions", elsewhere: "name another folder with BATON_C1Z_TEMP_DIR" }

/** How long another process may keep the file while it writes, in milliseconds. */
const patience = 10_000

/** The store in this file, which is made where there is none. */
export const sessionStoreFile = (path: string): Layer.Layer<SessionStore, StoreError> =>
  Layer.effect(
    SessionStore,
    Effect.gen(function* () {
      const db = yield* openPrivately(path, schema, patience, words)
      const add = db.prepare("insert into session values (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      const find = db.prepare(
        `select issuer, subject, name, role, proved_at as provedAt, started_at as startedAt, used_at as usedAt
         from session where id = ?`,
      )
      const used = db.prepare("update session set used_at = ? where id = ?")
      const remove = db.prepare("delete from session where id = ?")
      const removeOlder = db.prepare("delete from session where used_at < ? or started_at < ?")
      const work = <A>(run: () => A) => attempt(path, run, words)

      return SessionStore.of({
        add: (id, signIn, { issuer, subject, name, role, provedAt, startedAt, usedAt }) =>
          work(() => {
            try {
              add.run(id, signIn, issuer, subject, name, role, provedAt, startedAt, usedAt)
              return true
            } catch (cause) {
              if (isTaken(cause)) return false
              throw cause
            }
          }),
        find: (id) =>
          Effect.flatMap(
            work(() => find.get(id)),
            (row) =>
              row === undefined
                ? Effect.succeed(undefined)
                : Effect.mapError(decodeRow(row), (cause) => damaged(path, cause, words)),
          ),
        used: (id, at) => work(() => void used.run(at, id)),
        remove: (id) => work(() => void remove.run(id)),
        removeOlder: ({ usedAt, startedAt }) => work(() => void removeOlder.run(usedAt, startedAt)),
      })
    }),
  )

const decodeRow = Schema.decodeUnknownEffect(StoredSession)
