// The store of connections as an SQLite file for this user alone (0600), which several processes may have open.
import { attempt, damaged, openPrivately } from "@rollcall/change-store/private-file"
import type { StoreError } from "@rollcall/connector"
import { Effect, Layer, Schema } from "effect"
import { ConnectionStore, StoredConnection } from "./ConnectionStore.ts"

const schema = `
  create table if not exists connection (name text primary key, labels text not null, settings text not null) strict, without rowid;
  create table if not exists kept (
    name text primary key, is_paused integer not null default 0, peak_bytes integer
  ) strict, without rowid;
`

const words = { called: "The store of connections", elsewhere: "name another folder with BATON_C1Z_TEMP_DIR" }

/** How long another process may keep the file while it writes, in milliseconds. */
const patience = 10_000

/** The store in this file, which is made where there is none; `:memory:` for one that goes with the process. */
export const connectionStoreFile = (path: string): Layer.Layer<ConnectionStore, StoreError> =>
  Layer.effect(
    ConnectionStore,
    Effect.gen(function* () {
      const db = yield* openPrivately(path, schema, patience, words)
      const all = db.prepare("select name, labels, settings from connection order by name")
      const add = db.prepare("insert into connection (name, labels, settings) values (?, ?, ?) on conflict do nothing")
      const remove = db.prepare("delete from connection where name = ?")
      const forget = db.prepare("delete from kept where name = ?")
      const paused = db.prepare("select name from kept where is_paused = 1 order by name")
      const setPaused = db.prepare(
        "insert into kept (name, is_paused) values (?, ?) on conflict do update set is_paused = excluded.is_paused",
      )
      const peaks = db.prepare("select name, peak_bytes from kept where peak_bytes is not null")
      const setPeak = db.prepare(
        "insert into kept (name, peak_bytes) values (?, ?) on conflict do update set peak_bytes = excluded.peak_bytes",
      )
      const work = <A>(run: () => A) => attempt(path, run, words)

      return ConnectionStore.of({
        all: Effect.flatMap(
          work(() => all.all()),
          Effect.forEach((row) => Effect.mapError(decodeRow(row), (cause) => damaged(path, cause, words))),
        ),
        add: ({ name, labels, settings }) =>
          work(() => add.run(name, JSON.stringify(labels), JSON.stringify(settings)).changes > 0),
        remove: (name, isInFile = false) =>
          work(() => {
            db.exec("begin immediate")
            try {
              const wasThere = remove.run(name).changes > 0
              if (wasThere && !isInFile) forget.run(name)
              db.exec("commit")
              return wasThere
            } catch (cause) {
              db.exec("rollback")
              throw cause
            }
          }),
        paused: work(() => new Set(paused.all().map(({ name }) => String(name)))),
        setPaused: (name, isPaused) => work(() => void setPaused.run(name, isPaused ? 1 : 0)),
        peaks: work(() => new Map(peaks.all().map(({ name, peak_bytes: peak }) => [String(name), Number(peak)]))),
        setPeak: (name, bytes) => work(() => void setPeak.run(name, Math.round(bytes))),
      })
    }),
  )

const decodeRow = Schema.decodeUnknownEffect(
  Schema.Struct({
    name: StoredConnection.fields.name,
    labels: Schema.fromJsonString(StoredConnection.fields.labels),
    settings: Schema.fromJsonString(StoredConnection.fields.settings),
  }),
)
