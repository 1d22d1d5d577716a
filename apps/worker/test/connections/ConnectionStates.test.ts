// What is known of a connection whose work moves between processes.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Metric } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { ConnectionStates } from "../../src/connections/ConnectionStates.ts"
import { valuesOf } from "../samplesOf.ts"

const upOf = Effect.map(PrometheusMetrics.format(), (text) => valuesOf(text, "rollcall_connection_up"))

describe("the state of a connection", () => {
  it.effect("forgets at the end of a turn what was wrong in it, as another process goes on", () =>
    Effect.gen(function* () {
      const { all, follow } = yield* ConnectionStates
      const reports = yield* follow({ name: "sales", labels: {} }, false)
      const stateOf = Effect.map(all, ([shown]) => shown?.state)
      const works = Effect.andThen(reports.tokenIs("accepted"), reports.readiness.set({ _tag: "Ready" }))
      assert.deepStrictEqual(yield* upOf, [0])
      yield* reports.serving(
        Effect.gen(function* () {
          yield* works
          assert.deepStrictEqual(yield* upOf, [1])
          yield* reports.ended("error", "Slack is away.")
          assert.deepStrictEqual([yield* stateOf, yield* upOf], ["Failed", [0]])
        }),
      )
      assert.strictEqual(yield* stateOf, "Setting up")
      yield* reports.serving(
        Effect.andThen(
          works,
          Effect.map(Effect.all([stateOf, upOf]), (now) => assert.deepStrictEqual(now, ["Connected", [1]])),
        ),
      )
      // Works no more in this process, whatever was known.
      assert.deepStrictEqual(yield* upOf, [0])
    }).pipe(Effect.provide(ConnectionStates.layer), Effect.provideService(Metric.MetricRegistry, new Map())),
  )
})
