// OTLP as a collector receives it over real HTTPS.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { createSecureServer } from "node:http2"
import { join } from "node:path"
import { generate } from "selfsigned"
import { serviceWorld } from "./serviceWorld.ts"
import { until } from "./workerProcess.ts"

/** What a collector was sent, as text: protobuf's strings stand in it as they are. */
interface Received {
  readonly path: string
  readonly httpVersion: string
  readonly text: string
}

/** A collector that prefers HTTP/2, with the file of the authority behind its certificate. */
const startCollector = Effect.gen(function* () {
  const { private: key, cert } = yield* Effect.promise(() =>
    generate([{ name: "commonName", value: "a collector" }], {
      keyType: "ec",
      extensions: [
        { name: "basicConstraints", cA: true },
        { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
      ],
    }),
  )
  const caFile = join(yield* scratchFolder("worker"), "collector.pem")
  writeFileSync(caFile, cert)
  const requests: Array<Received> = []
  const server = createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const { url: path, httpVersion } = request
      requests.push({ path, httpVersion, text: Buffer.concat(chunks).toString("latin1") })
      response.end()
    })
  })
  yield* Effect.addFinalizer(() => Effect.sync(() => void server.close()))
  server.listen(0, "127.0.0.1")
  yield* Effect.promise(() => once(server, "listening"))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return {
    url: `https://localhost:${port}`,
    caFile,
    requests,
    received: (path: string) =>
      requests
        .filter((request) => request.path === path)
        .map(({ text }) => text)
        .join("\n"),
  }
})

describe("a worker with a collector", () => {
  it.live("sends traces, metrics and logs, the last of them as it stops, and nothing private in any of them", () =>
    Effect.gen(function* () {
      // A workspace with an id that looks like an address: lines bear it in an annotation.
      const workspace = {
        team: { id: "ben@corp.example", name: "Corp" },
        users: [{ id: "U1", is_primary_owner: true }],
      }
      const { slack, c1, start, done } = yield* serviceWorld({ slack: { workspace } })
      const { url, caFile, requests, received } = yield* startCollector
      const worker = yield* start({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: url, NODE_EXTRA_CA_CERTS: caFile } })
      const { id } = yield* done({ syncFull: {} })
      yield* worker.says("Task succeeded.")
      yield* done({ actionInvoke: { name: "disable_user", args: { user_id: "somebody@example.com" } } })
      yield* worker.says("Task failed.")
      yield* worker.ask("/live")
      yield* worker.kill("SIGTERM")
      assert.strictEqual(yield* worker.ended, 0)
      yield* until(Effect.sync(() => received("/v1/metrics").includes("rollcall_tasks_total")))

      assert.isTrue(requests.every(({ httpVersion }) => httpVersion === "1.1"))
      assert.include(received("/v1/traces"), "slack users.list")
      assert.include(received("/v1/traces"), "rollcall-worker")
      assert.include(received("/v1/traces"), "C1.task")
      assert.notInclude(received("/v1/traces"), "/live")
      assert.include(received("/v1/logs"), "Sync published.")
      assert.include(received("/v1/logs"), id)
      assert.include(received("/v1/traces"), "<address> is not the id of an account.")
      assert.include(received("/v1/logs"), "<address> is not the id of an account.")
      assert.match(received("/v1/logs"), /tenant[^<>]{1,9}<address>/)
      const people = ["somebody@example.com", workspace.team.id]
      for (const secret of [slack.botToken, slack.userToken, c1.clientSecret, ...people]) {
        for (const path of ["/v1/traces", "/v1/metrics", "/v1/logs"]) assert.notInclude(received(path), secret)
      }
    }).pipe(Effect.scoped),
  )
})
