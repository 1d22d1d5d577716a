// A worker as Prometheus sees it: on a database, with a connection on a schedule and one for ConductorOne, between simulators of all three.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { startC1 } from "@rollcall/c1-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import { bundled } from "@rollcall/test-kit/bundles"
import { sharedPostgres } from "@rollcall/test-kit/postgres"
import { freePort, scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Redacted } from "effect"

const bundle = await bundled("worker")

/** A webhook that takes what it is sent, and a collector that does not. */
const startReceivers = Effect.gen(function* () {
  const port = yield* freePort
  yield* Effect.acquireRelease(
    Effect.promise(async () => {
      const server = createServer((request, response) => {
        request.resume().on("end", () => response.writeHead(request.url === "/drift" ? 204 : 503).end())
      })
      server.listen(port, "127.0.0.1")
      await once(server, "listening")
      return server
    }),
    (server) => Effect.sync(() => (server.closeAllConnections(), server.close())),
  )
  return `http://127.0.0.1:${port}`
})

/** Starts it with its probes on this port. `sales` has somebody in a group who is not to be there. */
export const startObservedWorker = Effect.fnUntraced(function* (port: number) {
  const folder = yield* scratchFolder("observed")
  const at = (name: string) => join(folder, name)
  const written = (name: string, text: string) => {
    writeFileSync(at(name), text, { mode: 0o600 })
    return at(name)
  }
  const url = yield* (yield* sharedPostgres).freshDatabase
  const receivers = yield* startReceivers
  const options = { plan: "business-plus", users: 20, idpGroups: 2, activeDelayMillis: 0, rateLimits: "off" } as const
  const sales = yield* startSimulator({
    ...options,
    seed: 1,
    // So that a call waits.
    faults: [{ method: "users.list", times: 1, fault: { kind: "rateLimited", retryAfter: 1 } }],
  })
  const support = yield* startSimulator({ ...options, seed: 2 })
  const c1 = yield* startC1({ nextPollMillis: 50, nextHeartbeatMillis: 1000 })
  const group = [...sales.state()].flatMap((entry) => ("group" in entry && entry.members.length > 0 ? [entry] : []))[0]
  const desired = `entitlements:\n  - { id: "group:${group?.group}:member", mode: only, members: [], allowEmpty: true }\n`
  const connections = {
    sales: {
      slack: sales,
      more: {
        "drift-file": written("access.yaml", desired),
        "drift-webhook-url-file": written("webhook", `${receivers}/drift`),
        "drift-webhook-format": "slack",
        archive: at("archive"),
      },
    },
    support: {
      slack: support,
      more: { "client-id": c1.clientId, "client-secret-file": written("secret", c1.clientSecret) },
    },
  }
  const entries = Object.entries(connections).map(([name, { slack, more }]) => [
    name,
    {
      "token-file": written(`${name}.token`, slack.botToken),
      "business-plus-token-file": written(`${name}.user-token`, slack.userToken),
      "base-url": slack.webApiUrl,
      "scim-base-url": slack.scimUrl,
      "rate-limits": "off",
      ...more,
    },
  ])
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:BATON|OTEL|npm)_|^NODE_OPTIONS$/i.test(name))
  yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [bundle], {
        cwd: folder,
        env: {
          ...Object.fromEntries(inherited),
          BATON_HEALTH_CHECK: "true",
          BATON_HEALTH_CHECK_PORT: String(port),
          BATON_CONNECTIONS: written("connections.yaml", JSON.stringify({ connections: Object.fromEntries(entries) })),
          BATON_DATABASE_URL: Redacted.value(url),
          BATON_EVERY: "6h",
          BATON_EXTRA_CA_FILE: c1.caFile,
          BATON_FILE: at("sync.c1z"),
          BATON_C1Z_TEMP_DIR: at("work"),
          OTEL_EXPORTER_OTLP_ENDPOINT: receivers,
          OTEL_METRIC_EXPORT_INTERVAL: "200",
        },
        stdio: "ignore",
      }),
    ),
    (child) =>
      Effect.promise(async () => {
        const gone = once(child, "exit")
        if (child.exitCode === null && child.kill("SIGKILL")) await gone
      }),
  )
  /** Has `support` synced by ConductorOne. */
  const task = Effect.gen(function* () {
    const [id = ""] = yield* c1.addTasks([{ syncFull: {} }])
    yield* c1.untilFinished(id)
  })
  return { task }
})
