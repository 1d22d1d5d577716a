// The variables of OpenTelemetry, and a collector that fails: neither ends the worker.
import { assert, describe, it } from "@effect/vitest"
import { loggingLayer } from "@rollcall/host/logging"
import { freePort } from "@rollcall/test-kit/scratch"
import { startSimulator } from "@rollcall/slack-simulator"
import { Duration, Effect, Fiber, Layer } from "effect"
import { HttpClient, HttpClientError, HttpClientResponse } from "effect/http"
import { PrometheusMetrics } from "effect/observability"
import { TestClock, TestConsole } from "effect/testing"
import { readOtelVariables } from "../src/telemetry/telemetry.ts"
import { watchCollector } from "../src/telemetry/watchCollector.ts"
import { startWorker } from "./workerProcess.ts"

describe("a variable of OpenTelemetry", () => {
  for (const [name, value, read] of [
    ["OTEL_SERVICE_NAME", "people\n", "people"],
    ["OTEL_SDK_DISABLED", "TRUE", "true"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel:4318", "http://otel:4318"],
    ["OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "GZIP", "gzip"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "http/protobuf"],
    ["OTEL_RESOURCE_ATTRIBUTES", "a=b%20c,d=", "a=b%20c,d="],
    ["OTEL_METRIC_EXPORT_INTERVAL", "5000", "5000"],
    ["OTEL_TRACES_EXPORTER", "none", "none"],
  ] as const) {
    it(`is passed on: ${name}=${JSON.stringify(value)}`, () => {
      assert.deepStrictEqual(readOtelVariables({ [name]: value }), { variables: { [name]: read }, warnings: [] })
    })
  }

  for (const name of [
    "OTEL_SERVICE_NAME",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_TRACES_SAMPLER",
    "OTEL_BSP_SCHEDULE_DELAY",
  ]) {
    it(`is unset if it is empty: ${name}`, () => {
      for (const value of ["", "\n", " "]) {
        assert.deepStrictEqual(readOtelVariables({ [name]: value }), { variables: {}, warnings: [] })
      }
    })
  }

  for (const [name, value] of [
    ["OTEL_SDK_DISABLED", "xoxb-hush"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "hush"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://hush:4317"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "hush"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "authorization=hush%"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"],
    ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"],
    ["OTEL_EXPORTER_OTLP_TIMEOUT", "hush"],
    ["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "lowmemory"],
    ["OTEL_BSP_SCHEDULE_DELAY", "0"],
    ["OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "-5"],
    ["OTEL_METRIC_EXPORT_INTERVAL", "99999999999"],
  ] as const) {
    it(`that cannot be used gives a warning without its value: ${name}=${value}`, () => {
      const { variables, warnings } = readOtelVariables({ [name]: value })
      assert.deepStrictEqual(variables, {})
      assert.lengthOf(warnings, 1)
      assert.match(warnings[0] ?? "", new RegExp(`^${name} cannot be used: it must be `, "u"))
      assert.notInclude(warnings[0], "hush")
    })
  }

  it("that names an unknown exporter gives a warning, and no other exporter is used for it", () => {
    for (const [value, used] of [
      ["prometheus", "none"],
      ["console, OTLP", "otlp"],
      ["myotlp", "none"],
    ] as const) {
      const { variables, warnings } = readOtelVariables({ OTEL_METRICS_EXPORTER: value })
      assert.deepStrictEqual(variables, { OTEL_METRICS_EXPORTER: used })
      assert.deepStrictEqual(warnings, ["OTEL_METRICS_EXPORTER cannot be used: it must be otlp or none."])
    }
  })

  it("without effect is named in one warning with the others, except those that an operator uses to build others", () => {
    const { warnings } = readOtelVariables({
      OTEL_TRACES_SAMPLER: "always_off",
      OTEL_TRACES_SAMPLER_ARG: "0.1",
      OTEL_RESOURCE_ATTRIBUTES_POD_NAME: "p",
      PATH: "/bin",
    })
    assert.deepStrictEqual(warnings, [
      "These variables of OpenTelemetry have no effect here: OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG.",
    ])
  })
})

describe("a collector", () => {
  /** Sends to each path in turn, what the collector does with it, and gives the lines of the log. */
  const exchanged = Effect.fnUntraced(function* (
    exchanges: ReadonlyArray<readonly [path: string, does: number | "refuses" | "hangs"]>,
  ) {
    let next = 0
    const collector = HttpClient.make((request) => {
      const does = exchanges[next++]?.[1]
      if (does === "hangs") return Effect.never
      if (typeof does === "number") {
        return Effect.succeed(HttpClientResponse.fromWeb(request, new Response(null, { status: does })))
      }
      const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED" })
      return Effect.fail(
        new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }),
      )
    })
    const watched = watchCollector(Duration.seconds(10)).pipe(
      Layer.provide(Layer.succeed(HttpClient.HttpClient, collector)),
    )
    const sending = Effect.forEach(exchanges, ([path]) =>
      HttpClient.HttpClient.use((client) => Effect.exit(client.post(`http://otel:4318/v1/${path}`))),
    ).pipe(Effect.provide(Layer.merge(watched, loggingLayer({ level: "info", format: "json", isTerminal: false }))))
    const fiber = yield* Effect.forkChild(sending)
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(fiber)
    const lines = yield* TestConsole.errorLines
    return lines.map((line) => {
      const { level, message }: { level: string; message: string } = JSON.parse(String(line))
      return `${level} ${message}`
    })
  })
  const back = "INFO The collector of telemetry at otel:4318 works again."

  it.effect(
    "that refuses connections gives one warning, one line when it answers any signal again, and a counter",
    () =>
      Effect.gen(function* () {
        const lines = yield* exchanged([
          ["metrics", 200],
          ["metrics", "refuses"],
          ["logs", "refuses"],
          ["traces", "refuses"],
          ["metrics", 200],
          ["metrics", 200],
        ])
        assert.lengthOf(lines, 2)
        assert.match(lines[0] ?? "", /^WARN The collector of telemetry at otel:4318 fails: .*refuses .*ECONNREFUSED/u)
        assert.strictEqual(lines[1], back)
        const metrics = yield* PrometheusMetrics.format()
        for (const signal of ["metrics", "logs", "traces"]) {
          assert.include(metrics, `rollcall_telemetry_export_failures_total{signal="${signal}"} 1\n`)
        }
      }),
  )

  it.effect("that refuses one signal is reported as back when it accepts that one", () =>
    Effect.gen(function* () {
      const lines = yield* exchanged([
        ["logs", 404],
        ["metrics", 200],
        ["logs", 404],
        ["metrics", 200],
        ["logs", 200],
      ])
      assert.deepStrictEqual(lines.slice(1), [back])
      assert.match(lines[0] ?? "", /HTTP 404/u)
    }),
  )

  it.effect("that does not answer has failed after the time-out", () =>
    Effect.gen(function* () {
      const lines = yield* exchanged([["traces", "hangs"]])
      assert.lengthOf(lines, 1)
      assert.match(lines[0] ?? "", /has not answered for 10 s/u)
    }),
  )

  it.live("that is unavailable, and invalid variables, give warnings of a worker that goes on", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ users: 3, rateLimits: "off" })
      const port = yield* freePort
      const worker = yield* startWorker({
        environment: {
          BATON_TOKEN: slack.botToken,
          BATON_BASE_URL: slack.webApiUrl,
          BATON_EVERY: "0 0 1 1 *",
          OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
          OTEL_METRIC_EXPORT_INTERVAL: "100",
          OTEL_SERVICE_NAME: "",
          OTEL_BSP_SCHEDULE_DELAY: "soon",
          OTEL_TRACES_SAMPLER: "always_off",
          OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
        },
      })
      yield* worker.says(/OTEL_BSP_SCHEDULE_DELAY cannot be used/u)
      yield* worker.says(/OTEL_EXPORTER_OTLP_PROTOCOL cannot be used: it must be http\/protobuf/u)
      yield* worker.says(/no effect here: OTEL_TRACES_SAMPLER\./u)
      yield* worker.says(/collector of telemetry at 127\.0\.0\.1:\d+ fails: .*ECONNREFUSED/u)
      yield* worker.answers("/ready", 200)
      assert.include((yield* worker.ask("/metrics")).text, "rollcall_telemetry_export_failures_total{")
      yield* worker.kill("SIGTERM")
      assert.strictEqual(yield* worker.ended, 0)
      assert.lengthOf(
        worker.logs().filter(({ message }) => message.includes("collector of telemetry")),
        1,
      )
    }).pipe(Effect.scoped),
  )
})
