// The store of connections in PostgreSQL, for all replicas.
import { ConnectionStore, StoredConnection } from "@rollcall/connection-store"
import type { StoreError } from "@rollcall/connector"
import { Effect, Layer, Schema } from "effect"
import { Database } from "./Database.ts"
import { asStore, unreadable } from "./storeError.ts"

/** The connections that were added, and what is kept of all of them. */
export const connectionStorePostgres: Layer.Layer<ConnectionStore, never, Database> = Layer.effect(
  ConnectionStore,
  Effect.map(Effect.service(Database), ({ sql, run, runAgain }) => {
    /** Whether a statement that returns what it changed has changed something. */
    const changes = (statement: Parameters<typeof run<ReadonlyArray<unknown>, never>>[0]) =>
      Effect.map(asStore(run(statement)), (rows) => rows.length > 0)
    return ConnectionStore.of({
      all: Effect.flatMap(
        asStore(runAgain(sql<object>`select name, labels, settings from rollcall_connection order by name`)),
        Effect.forEach((row): Effect.Effect<StoredConnection, StoreError> =>
          Effect.mapError(decodeRow(row), (cause) => unreadable("a connection", cause)),
        ),
      ),
      add: ({ name, labels, settings }) =>
        changes(sql`insert into rollcall_connection (name, labels, settings)
          values (${name}, ${JSON.stringify(labels)}, ${JSON.stringify(settings)}) on conflict do nothing returning name`),
      remove: (name) =>
        changes(sql`with removed as (delete from rollcall_connection where name = ${name} returning name),
            forgotten as (delete from rollcall_connection_kept using removed where rollcall_connection_kept.name = removed.name)
          select name from removed`),
      paused: Effect.map(
        asStore(runAgain(sql<{ name: string }>`select name from rollcall_connection_kept where is_paused`)),
        (rows) => new Set(rows.map(({ name }) => name)),
      ),
      setPaused: (name, isPaused) =>
        Effect.asVoid(
          asStore(
            runAgain(sql`insert into rollcall_connection_kept (name, is_paused) values (${name}, ${isPaused})
              on conflict (name) do update set is_paused = excluded.is_paused`),
          ),
        ),
      peaks: Effect.map(
        asStore(
          runAgain(sql<{ name: string; peak: bigint }>`
            select name, peak_bytes as peak from rollcall_connection_kept where peak_bytes is not null`),
        ),
        (rows) => new Map(rows.map(({ name, peak }) => [name, Number(peak)])),
      ),
      setPeak: (name, bytes) =>
        Effect.asVoid(
          asStore(
            runAgain(sql`insert into rollcall_connection_kept (name, peak_bytes) values (${name}, ${Math.round(bytes)})
              on conflict (name) do update set peak_bytes = excluded.peak_bytes`),
          ),
        ),
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
