// The probes and metrics over HTTP. Paths and bodies are the Go connector's, so that manifests carry over.
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import type { Settings } from "@rollcall/config"
import { environmentName } from "@rollcall/config"
import type { Failure, FailureKind } from "@rollcall/connector"
import { DateTime, Effect, Layer, Schema } from "effect"
import { HttpMiddleware, HttpRouter, HttpServerResponse } from "effect/http"
import { PrometheusMetrics } from "effect/observability"
import { createServer } from "node:http"
import { hideIn } from "@rollcall/host/logging"
import { ProcessMetrics } from "../metrics/processMetrics.ts"
import type { healthFields } from "../settings/workerFields.ts"
import { Readiness } from "./Readiness.ts"
import type { TokenOwner } from "./tokenOwner.ts"
import { describeFailure } from "./tokenOwner.ts"

/** The address of the probes cannot be listened on. */
export class ListenError
  extends Schema.TaggedError<ListenError>()("ListenError", {
    message: Schema.String,
    hint: Schema.String,
    cause: Schema.Defect(),
  })
  implements Failure
{
  get kind(): FailureKind {
    return "configuration"
  }
}

/** A server for as long as the scope lives: `/live`, `/ready`, `/health` and `/metrics`. */
export const healthServer = (
  settings: Settings<typeof healthFields>,
  owner: TokenOwner,
): Layer.Layer<never, ListenError, Readiness | ProcessMetrics> => {
  const { "health-check-port": port, "health-check-bind-address": host } = settings
  return HttpRouter.serve(routes(owner), { disableLogger: true }).pipe(
    // A trace for each probe would be all that a collector sees.
    Layer.provide(Layer.succeed(HttpMiddleware.TracerDisabledWhen, () => true)),
    Layer.provide(NodeHttpServer.layer(createServer, { host, port, gracefulShutdownTimeout: "1 second" })),
    Layer.catchCause((cause) =>
      Layer.effectDiscard(
        Effect.fail(
          new ListenError({
            message: `The probes cannot be served on ${host}, port ${port}.`,
            hint: `Set ${environmentName("health-check-port")} or ${environmentName("health-check-bind-address")} to a port or address that is free on this machine.`,
            cause,
          }),
        ),
      ),
    ),
  )
}

const routes = (owner: TokenOwner) =>
  HttpRouter.use(
    Effect.fnUntraced(function* (router) {
      const readiness = yield* Readiness
      const { sample } = yield* ProcessMetrics
      yield* router.add("*", "/live", reply(200, "alive"))
      yield* router.add(
        "*",
        "/ready",
        Effect.flatMap(readiness.state, (state) => {
          if (state._tag === "Ready") return reply(200, "ready")
          return reply(503, "not_ready", {
            error: state._tag === "Stopping" ? "it is stopping" : state.because,
          })
        }),
      )
      yield* router.add(
        "*",
        "/health",
        Effect.flatMap(owner, (exit) =>
          exit._tag === "Success"
            ? reply(200, "healthy")
            : reply(503, "unhealthy", {
                error: "connector validation failed",
                validation_error: describeFailure(exit.cause),
              }),
        ),
      )
      yield* router.add(
        "GET",
        "/metrics",
        Effect.map(Effect.andThen(sample, PrometheusMetrics.format()), (text) =>
          HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4; charset=utf-8" }),
        ),
      )
    }),
  )

const reply = (status: number, word: string, details?: Readonly<Record<string, string>>) =>
  Effect.map(DateTime.now, (now) =>
    HttpServerResponse.text(
      `${JSON.stringify(hideIn({ status: word, timestamp: DateTime.formatIso(now), ...(details === undefined ? {} : { details: { ...details } }) }))}\n`,
      { status, contentType: "application/json" },
    ),
  )
