// The store of connections in PostgreSQL, for all replicas.
import type { KeptConnection } from "@rollcall/connection-store"
import { ConnectionStore, StoredConnection } from "@rollcall/connection-store"
import { StoreError } from "@rollcall/connector"
import { Effect, Layer, Schema } from "effect"
import type { SqlClient } from "effect/sql"
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
        // The transaction that has written a row is another one each time.
        asStore(
          runAgain(
            sql<object>`select name, labels, settings, xmin::text as version from rollcall_connection order by name`,
          ),
        ),
        Effect.forEach((row): Effect.Effect<KeptConnection, StoreError> =>
          Effect.mapError(decodeRow(row), (cause) => unreadable("a connection", cause)),
        ),
      ),
      add: ({ name, labels, settings }) =>
        changes(sql`insert into rollcall_connection (name, labels, settings)
          values (${name}, ${JSON.stringify(labels)}, ${JSON.stringify(settings)}) on conflict do nothing returning name`),
      remove: Effect.fnUntraced(function* (name, isInFile = false) {
        if (isInFile) return yield* changes(sql`delete from rollcall_connection where name = ${name} returning name`)
        const { wasThere, open } = yield* asStore(run(sql.withTransaction(removal(sql, name))))
        return open > 0 ? yield* hasOpenLeases(name, open) : wasThere
      }),
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

/**
 * Removes it unless access is open that it would have to end, with all that is kept under its name but closed leases, changes and its epoch:
 * that is raised, so whoever serves it now writes nothing more, and counts on where one of the name is added later. No lease is written
 * meanwhile, by a command neither.
 */
const removal = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, name: string) {
  yield* sql`lock table rollcall_lease in share row exclusive mode`
  const found = yield* sql`select from rollcall_connection where name = ${name} for update`
  const open = yield* sql`select from rollcall_lease where is_open and (connection = ${name}
    or tenant in (select tenant from rollcall_beat where connection = ${name}))`
  if (found.length === 0 || open.length > 0) return { wasThere: found.length > 0, open: open.length }
  yield* sql`insert into rollcall_run (connection, epoch, replica) values (${name}, 1, '')
    on conflict (connection) do update set epoch = rollcall_run.epoch + 1, replica = excluded.replica,
      unfinished = null, last = null, file = null, published_at = null`
  for (const [table, column] of tablesOfOne) {
    yield* sql`delete from ${sql(table)} where ${sql(column)} = ${name}`
  }
  return { wasThere: true, open: 0 }
})

/** The tables that have rows of a connection alone, and their columns of its name. */
const tablesOfOne = [
  ["rollcall_work", "connection"],
  ["rollcall_task", "connection"],
  ["rollcall_upload", "connection"],
  ["rollcall_beat", "connection"],
  ["rollcall_lease_state", "connection"],
  ["rollcall_secret", "connection"],
  ["rollcall_connection_view", "name"],
  ["rollcall_sync_request", "name"],
  ["rollcall_connection_kept", "name"],
  ["rollcall_connection", "name"],
] as const

const hasOpenLeases = (name: string, open: number) =>
  new StoreError({
    reason: "Busy",
    message: `${name} has ${open} open ${open === 1 ? "lease" : "leases"}, which nothing would end once it is removed.`,
    hint: "`rollcall leases list` shows them. Wait until they are over, or end them with `rollcall leases end`.",
  })

const decodeRow = Schema.decodeUnknownEffect(
  Schema.Struct({
    name: StoredConnection.fields.name,
    labels: Schema.fromJsonString(StoredConnection.fields.labels),
    settings: Schema.fromJsonString(StoredConnection.fields.settings),
    version: Schema.String,
  }),
)
