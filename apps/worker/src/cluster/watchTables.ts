// How large the tables of the database are, as metrics: some grow with what workers do, and nobody else looks at them.
import { sentenceOf } from "@rollcall/connector"
import { Database } from "@rollcall/postgres"
import { Effect, Metric, Schedule } from "effect"
import type { Scope } from "effect"

const bytes = Metric.gauge("rollcall_database_table_bytes", {
  description:
    "Bytes that a table of the shared database takes on its disk, with its indexes; the same on all workers.",
})

/** Looks every few minutes, for as long as the scope lives. */
export const watchTables: Effect.Effect<void, never, Database | Scope.Scope> = Effect.gen(function* () {
  const { sql, run } = yield* Database
  const sizes = run(sql<{ table: string; bytes: number }>`
    select relname as table, pg_total_relation_size(oid)::float8 as bytes from pg_class
    where relkind = 'r' and relnamespace = current_schema()::regnamespace and relname like 'rollcall\\_%'`)
  const look = sizes.pipe(
    Effect.flatMap(
      Effect.forEach((one) => Metric.update(Metric.withAttributes(bytes, { table: one.table }), one.bytes), {
        discard: true,
      }),
    ),
    // The metric of the database says that it is away.
    Effect.catch((error) => Effect.logDebug(`The sizes of the tables are not known. ${sentenceOf(error)}`)),
  )
  yield* Effect.forkScoped(Effect.repeat(look, Schedule.spaced("5 minutes")))
})
