// OTLP as a collector receives it over real HTTP.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createServer } from "node:http"
import { serviceWorld } from "./serviceWorld.ts"
import { until } from "./workerProcess.ts"

/** A collector that keeps what it is sent, as text: protobuf's strings stand in it as they are. */
const collector = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly received: (path: string) => string; readonly close: () => void }>(
    (resume) => {
      const received: Array<{ readonly path: string; readonly text: string }> = []
      const server = createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          received.push({ path: request.url ?? "", text: Buffer.concat(chunks).toString("latin1") })
          response.end()
        })
      }).listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(
          Effect.succeed({
            url: `http://127.0.0.1:${port}`,
            received: (path) =>
              received
                .filter((request) => request.path === path)
                .map((request) => request.text)
                .join("\n"),
            close: () => server.close(),
          }),
        )
      })
    },
  ),
  ({ close }) => Effect.sync(close),
)

describe("a worker with a collector", () => {
  it.live("sends traces, metrics and logs, the last of them as it stops, and nothing private in the logs", () =>
    Effect.gen(function* () {
      const { slack, c1, start, done } = yield* serviceWorld()
      const { url, received } = yield* collector
      const worker = yield* start({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: url } })
      const { id } = yield* done({ syncFull: {} })
      yield* worker.says("A task has ended well.")
      yield* worker.ask("/live")
      yield* worker.kill("SIGTERM")
      assert.strictEqual(yield* worker.ended, 0)
      yield* until(Effect.sync(() => received("/v1/metrics").includes("rollcall_tasks_total")))

      assert.include(received("/v1/traces"), "slack users.list")
      assert.include(received("/v1/traces"), "rollcall-worker")
      assert.include(received("/v1/traces"), "C1.task")
      assert.notInclude(received("/v1/traces"), "/live")
      assert.include(received("/v1/logs"), "The file is whole.")
      assert.include(received("/v1/logs"), id)
      for (const secret of [slack.botToken, slack.userToken, c1.clientSecret]) {
        for (const path of ["/v1/traces", "/v1/metrics", "/v1/logs"]) assert.notInclude(received(path), secret)
      }
    }).pipe(Effect.scoped),
  )
})
