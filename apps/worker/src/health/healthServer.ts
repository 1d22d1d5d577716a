// The probes and metrics over HTTP. Paths and bodies are the Go connector's, so that manifests carry over. Four answers need no router, and
// the server of `effect/http` loads what takes 7 MB for as long as the worker lives: HTTP/2, threads and Node's own fetch.
import type { Settings } from "@rollcall/config"
import { environmentName } from "@rollcall/config"
import { DateTime, Effect, Exit } from "effect"
import type { Scope } from "effect"
import { PrometheusMetrics } from "effect/observability"
import type { ShownConnection } from "@rollcall/host/connections"
import { hideIn } from "@rollcall/host/logging"
import type { ListenError } from "@rollcall/pages/listen"
import { listenOn } from "@rollcall/pages/listen"
import { ProcessMetrics } from "../metrics/processMetrics.ts"
import type { healthFields } from "@rollcall/host/worker-fields"
import { Readiness } from "./Readiness.ts"
import type { TokenOwner } from "./tokenOwner.ts"
import { describeFailure } from "./tokenOwner.ts"

/** What the server tells about, besides the process. */
interface Told {
  /** Whose token the only connection has: a process without a valid one is not healthy. */
  readonly owner?: TokenOwner
  /** Why the process can serve nothing just now, although it has started; nothing where it can. */
  readonly unready?: Effect.Effect<string | undefined> | undefined
  /** How each of several connections is. Their tokens are no matter of the health of the process. */
  readonly connections?: Effect.Effect<ReadonlyArray<Pick<ShownConnection, "name" | "state">>>
}

/** A server for as long as the scope lives: `/live`, `/ready`, `/health`, `/metrics` and, of several, `/connections`. */
export const healthServer = Effect.fnUntraced(function* (
  settings: Settings<typeof healthFields>,
  told: Told,
): Effect.fn.Return<void, ListenError, Readiness | ProcessMetrics | Scope.Scope> {
  const { "health-check-port": port, "health-check-bind-address": host } = settings
  const replies = yield* repliesOf(told)
  const run = Effect.runForkWith(yield* Effect.context())
  // Taken in this way, as an import of `node:http` reads its getters, which load Node's own fetch.
  const { createServer } = process.getBuiltinModule("node:http")
  const server = createServer(({ method = "", url = "" }, response) => {
    const reply = replies[url.split("?", 1)[0] ?? ""]
    if (reply === undefined || !(reply.methods?.includes(method) ?? true)) return response.writeHead(404).end()
    // A trace for each probe would be all that a collector sees.
    return run(Effect.withTracerEnabled(reply.answer, false)).addObserver((exit) => {
      if (Exit.isFailure(exit)) return response.writeHead(500).end()
      const { status, type, text } = exit.value
      return response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) }).end(text)
    })
  })
  const called = "The server of the probes"
  const hint = `Set ${environmentName("health-check-port")} or ${environmentName("health-check-bind-address")} to a port or address that is free on this machine.`
  yield* listenOn(server, { port, address: host, called, hint, patience: 1_000 })
  yield* Effect.logInfo(`Listening on http://${host.includes(":") ? `[${host}]` : host}:${port}`)
})

interface Reply {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** What a path answers, to all methods or to these. */
interface Path {
  readonly methods?: ReadonlyArray<string>
  readonly answer: Effect.Effect<Reply>
}

const repliesOf = Effect.fnUntraced(function* ({
  owner,
  unready = Effect.undefined,
  connections,
}: Told): Effect.fn.Return<Readonly<Record<string, Path>>, never, Readiness | ProcessMetrics> {
  const readiness = yield* Readiness
  const { sample } = yield* ProcessMetrics
  return {
    "/live": { answer: reply(200, "alive") },
    "/ready": {
      answer: Effect.flatMap(readiness.state, (state) => {
        if (state._tag !== "Ready") {
          return reply(503, "not_ready", { error: state._tag === "Stopping" ? "it is stopping" : state.because })
        }
        return Effect.flatMap(unready, (because) =>
          because === undefined ? reply(200, "ready") : reply(503, "not_ready", { error: because }),
        )
      }),
    },
    "/health": {
      answer:
        owner === undefined
          ? reply(200, "healthy")
          : Effect.flatMap(owner, (exit) =>
              exit._tag === "Success"
                ? reply(200, "healthy")
                : reply(503, "unhealthy", {
                    error: "connector validation failed",
                    validation_error: describeFailure(exit.cause),
                  }),
            ),
    },
    ...(connections === undefined
      ? {}
      : {
          "/connections": {
            methods: ["GET", "HEAD"],
            // Names and states alone: who may reach this port need not know more.
            answer: Effect.map(connections, (all) => ({
              status: 200,
              type: "application/json",
              text: `${JSON.stringify({ connections: all.map(({ name, state }) => ({ name, state })) })}\n`,
            })),
          },
        }),
    "/metrics": {
      methods: ["GET", "HEAD"],
      answer: Effect.map(Effect.andThen(sample, PrometheusMetrics.format()), (text) => ({
        status: 200,
        type: "text/plain; version=0.0.4; charset=utf-8",
        text,
      })),
    },
  }
})

const reply = (status: number, word: string, details?: Readonly<Record<string, string>>): Effect.Effect<Reply> =>
  Effect.map(DateTime.now, (now) => ({
    status,
    type: "application/json",
    text: `${JSON.stringify(hideIn({ status: word, timestamp: DateTime.formatIso(now), ...(details === undefined ? {} : { details: { ...details } }) }))}\n`,
  }))
