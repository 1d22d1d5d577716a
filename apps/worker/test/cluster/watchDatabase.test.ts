// Whether the metric follows a real database that goes away and comes back.
import { assert, describe, it } from "@effect/vitest"
import { databaseLayer } from "@rollcall/postgres"
import { hasPostgres, PostgresServer } from "@rollcall/test-kit/postgres"
import { Effect, Metric } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { watchDatabase } from "../../src/cluster/watchDatabase.ts"
import { valuesOf } from "../samplesOf.ts"
import { until } from "../workerProcess.ts"

describe.skipIf(!hasPostgres)("the metric of the shared database", () => {
  it.live("is 1 while it answers, and 0 while it is away", () =>
    Effect.gen(function* () {
      const { freshDatabase, stop, start } = yield* PostgresServer
      const url = yield* freshDatabase
      const shown = Effect.map(PrometheusMetrics.format(), (text) => valuesOf(text, "rollcall_database_up"))
      const becomes = (value: number) => until(Effect.map(shown, ([now]) => now === value))
      yield* Effect.provide(
        Effect.gen(function* () {
          yield* watchDatabase
          assert.deepStrictEqual(yield* shown, [1])
          yield* stop("immediate")
          yield* becomes(0)
          yield* start
          yield* becomes(1)
        }),
        databaseLayer({ url }),
      )
    }).pipe(
      Effect.scoped,
      Effect.provideService(Metric.MetricRegistry, new Map()),
      Effect.provide(PostgresServer.layer),
    ),
  )
})
