// The one connection to C1: HTTP/2 over TLS, opened when it is first needed and again whenever it was lost.
import type { Client } from "@connectrpc/connect"
import { Code, ConnectError, createClient } from "@connectrpc/connect"
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node"
import { BatonService } from "@rollcall/c1-protocol/messages"
import type { Scope } from "effect"
import { Effect } from "effect"
import { constants } from "node:http2"
import { tlsOptions } from "../tls.ts"

// A connection that went dead without a word is noticed within 45 seconds.
const pings = { pingIntervalMs: 30_000, pingTimeoutMs: 15_000 }

/** The largest reply that is read, as in gRPC's other clients. */
const largestReplyBytes = 4_194_304

/** What of a stream tells whether its call was answered. */
export interface Answerable {
  readonly rstCode?: number | undefined
  readonly once: (event: "close" | "response", listener: () => void) => unknown
  readonly off: (event: "close", listener: () => void) => unknown
  readonly emit: (event: "error", error: Error) => unknown
}

/** Fails a call whose stream closes unanswered. Calls without an end were seen with connect-node 2.2.0. */
export const failUnanswered = (stream: Answerable): void => {
  const fail = () => {
    if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) return
    stream.emit("error", new ConnectError("the stream closed before an answer", Code.Unavailable))
  }
  stream.once("close", fail)
  stream.once("response", () => stream.off("close", fail))
}

class Connection extends Http2SessionManager {
  override async request(...call: Parameters<Http2SessionManager["request"]>) {
    const stream = await super.request(...call)
    failUnanswered(stream)
    return stream
  }
}

/** A client of C1's service, whose connection is closed with the scope. */
export const openChannel = (url: URL): Effect.Effect<Client<typeof BatonService>, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => new Connection(url.origin, pings, { ...tlsOptions })),
    (connection) => Effect.sync(() => connection.abort()),
  ).pipe(
    Effect.map((connection) =>
      createClient(
        BatonService,
        createGrpcTransport({
          baseUrl: url.origin,
          sessionManager: connection,
          readMaxBytes: largestReplyBytes,
          acceptCompression: [],
        }),
      ),
    ),
  )
