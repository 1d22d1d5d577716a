// The one port of a simulated C1: TLS, HTTP/2 for gRPC, and HTTP/1.1 beside it for the token endpoint.
import { createContextValues } from "@connectrpc/connect"
import { connectNodeAdapter } from "@connectrpc/connect-node"
import { BatonService } from "@rollcall/c1-protocol/messages"
import type { Context, Scope } from "effect"
import { Effect } from "effect"
import { createSecureServer, type Http2SecureServer } from "node:http2"
import type { Socket } from "node:net"
import { makeAnswer } from "../service/answering.ts"
import { batonService } from "../service/batonService.ts"
import { nodeRequest } from "../service/broken.ts"
import { SimulatorError } from "../SimulatorError.ts"
import type { SimulatorState } from "../SimulatorState.ts"
import type { Certificate } from "./certificate.ts"
import { tokenEndpoint } from "./tokenEndpoint.ts"

const loopback = "127.0.0.1"

/** gRPC servers take no more in one message unless they are told to, C1's among them. */
const largestMessage = 4 * 1024 * 1024

/** A bound server that answers nothing yet. */
export interface Bound {
  readonly port: number
  /** Begins to answer. */
  readonly serve: (state: SimulatorState, context: Context.Context<never>) => void
}

/** Binds a port of 127.0.0.1 (0: a free one) until the scope ends, which cuts open connections. */
export const bind = (port: number, certificate: Certificate): Effect.Effect<Bound, SimulatorError, Scope.Scope> =>
  Effect.gen(function* () {
    const server = createSecureServer({ ...certificate, allowHTTP1: true, minVersion: "TLSv1.2" })
    const sockets = new Set<Socket>()
    server.on("secureConnection", (socket) => {
      sockets.add(socket)
      socket.on("close", () => sockets.delete(socket))
    })
    const taken = yield* Effect.acquireRelease(open(server, port), () => close(server, sockets))
    return {
      port: taken,
      serve: (state, context) => {
        server.on(
          "request",
          connectNodeAdapter({
            routes: (router) => router.service(BatonService, batonService(state, makeAnswer(state, context))),
            connect: false,
            grpcWeb: false,
            readMaxBytes: largestMessage,
            contextValues: (request) => createContextValues().set(nodeRequest, request),
            fallback: tokenEndpoint(state, context),
          }),
        )
      },
    }
  })

const open = (server: Http2SecureServer, port: number): Effect.Effect<number, SimulatorError> =>
  Effect.callback((resume) => {
    server.once("error", (cause) => {
      resume(
        Effect.fail(
          new SimulatorError({
            reason: "CannotListen",
            message: `The simulator cannot listen on ${loopback}:${port}: ${cause.message}.`,
            hint: "Choose another port, or 0 for a free one.",
            cause,
          }),
        ),
      )
    })
    server.listen(port, loopback, () => {
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : port))
    })
  })

const close = (server: Http2SecureServer, sockets: ReadonlySet<Socket>): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => {
      resume(Effect.void)
    })
    for (const socket of sockets) socket.destroy()
  })
