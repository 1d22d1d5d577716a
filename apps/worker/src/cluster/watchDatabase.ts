// Whether the database that workers share answers this one, as a metric: without it nothing begins, and every connection is silent.
import { Database } from "@rollcall/postgres"
import { Effect, Metric, Schedule } from "effect"
import type { Scope } from "effect"

const up = Metric.gauge("rollcall_database_up", {
  description: "1 if the shared database answered when it was last asked, 0 if not.",
})

/** Asks it every few seconds, for as long as the scope lives. It has answered before, or the worker would not have started. */
export const watchDatabase: Effect.Effect<void, never, Database | Scope.Scope> = Effect.gen(function* () {
  const { sql, run } = yield* Database
  yield* Metric.update(up, 1)
  const answered = Effect.match(run(sql`select 1`), { onSuccess: () => 1, onFailure: () => 0 })
  yield* Effect.forkScoped(
    Effect.repeat(
      Effect.flatMap(answered, (value) => Metric.update(up, value)),
      Schedule.spaced("5 seconds"),
    ),
  )
})
