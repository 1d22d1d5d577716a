// The one connection to C1: HTTP/2 over TLS, opened when it is first needed and again whenever it was lost. And what a call
// that failed means: by C1's code where it answered, else by what became of the connection.
import type { Client } from "@connectrpc/connect"
import { Code, ConnectError, createClient } from "@connectrpc/connect"
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node"
import { excerpt } from "@rollcall/api-client"
import { BatonService } from "@rollcall/c1-protocol/messages"
import type { Context, Scope } from "effect"
import { Effect } from "effect"
import { constants } from "node:http2"
import { C1Error } from "../C1Error.ts"
import { networkFailure, tlsOptions } from "../connection.ts"

// A connection that went dead without a word is noticed within 45 seconds.
const pings = { pingIntervalMs: 30_000, pingTimeoutMs: 15_000 }

/** The largest reply that is read, as in gRPC's other clients. */
const largestReplyBytes = 4_194_304

/** What of a stream tells whether its call was answered. */
interface Answerable {
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
  readonly #isWanted: () => Promise<void>

  constructor(origin: string, isWanted: () => Promise<void>) {
    super(origin, pings, { ...tlsOptions })
    this.#isWanted = isWanted
  }

  override async request(...call: Parameters<Http2SessionManager["request"]>) {
    const opening = this.connect()
    // Opening it, or finding out whether it is still there, may take as long as the call may.
    if (!isReady(this.state())) {
      await opening
      const failure = this.error()
      if (failure !== undefined) throw failure
      await this.#isWanted()
    }
    const stream = await super.request(...call)
    failUnanswered(stream)
    return stream
  }
}

const isReady = (state: ReturnType<Http2SessionManager["state"]>): boolean => state === "open" || state === "idle"

/**
 * A client of C1's service, whose connection is closed with the scope. `fence` is run before a call that had to wait for the connection: where
 * it fails, nothing is sent, and the call fails the same way.
 */
export const openChannel = (
  url: URL,
  fence: Effect.Effect<void, C1Error>,
): Effect.Effect<Client<typeof BatonService>, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.contextWith((context: Context.Context<never>) =>
      Effect.sync(() => new Connection(url.origin, () => Effect.runPromiseWith(context)(fence))),
    ),
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

/** Codes that will be the same next time. Every other code passes. https://grpc.io/docs/guides/status-codes */
const lasting: ReadonlyMap<Code, C1Error["reason"]> = new Map([
  [Code.Unauthenticated, "CredentialRejected"],
  [Code.PermissionDenied, "Refused"],
  [Code.InvalidArgument, "Rejected"],
  [Code.NotFound, "Rejected"],
  [Code.AlreadyExists, "Rejected"],
  [Code.FailedPrecondition, "Rejected"],
  [Code.OutOfRange, "Rejected"],
  [Code.Unimplemented, "Rejected"],
])

const hints: Partial<Record<C1Error["reason"], string>> = {
  CredentialRejected: "Check client id and secret on the connector's page in ConductorOne.",
  Refused: "Check on the connector's page in ConductorOne that this connector is set up and not disabled or deleted.",
  Rejected: "If it happens again, it is a fault of Rollcall or of ConductorOne: report it with this message.",
}

/** The failure of a call of this method. */
export const grpcFailure = (method: string, host: string, cause: unknown): C1Error => {
  const error = ConnectError.from(cause)
  if (error.cause instanceof C1Error) return error.cause
  // What Node says of the connection is more exact than the code that stands for it.
  if (error.cause instanceof Error && "code" in error.cause) return networkFailure(host, error.cause)
  const reason = lasting.get(error.code) ?? "Unavailable"
  return new C1Error({
    reason,
    message: `ConductorOne's ${method} failed with ${Code[error.code]}${error.rawMessage === "" ? "" : `: ${excerpt(error.rawMessage, 200)}`}.`,
    hint: hints[reason] ?? "It is retried automatically; if it keeps failing, check ConductorOne's status page.",
    code: error.code,
    cause: error,
  })
}
