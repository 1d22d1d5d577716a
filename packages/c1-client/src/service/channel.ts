// The one connection to C1: HTTP/2 over TLS, opened when it is first needed and again whenever it was lost.
import type { Client } from "@connectrpc/connect"
import { createClient } from "@connectrpc/connect"
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node"
import { BatonService } from "@rollcall/c1-protocol/messages"
import type { Scope } from "effect"
import { Effect } from "effect"
import type { Trust } from "../credentials/trust.ts"

// A connection that went dead without a word is noticed within 45 seconds.
const pings = { pingIntervalMs: 30_000, pingTimeoutMs: 15_000 }

/** The largest reply that is read, as in gRPC's other clients. */
const largestReplyBytes = 4_194_304

/** A client of C1's service, whose connection is closed with the scope. */
export const openChannel = (url: URL, trust: Trust): Effect.Effect<Client<typeof BatonService>, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => new Http2SessionManager(url.origin, pings, { ...trust })),
    (sessionManager) => Effect.sync(() => sessionManager.abort()),
  ).pipe(
    Effect.map((sessionManager) =>
      createClient(
        BatonService,
        createGrpcTransport({
          baseUrl: url.origin,
          sessionManager,
          readMaxBytes: largestReplyBytes,
          acceptCompression: [],
        }),
      ),
    ),
  )
