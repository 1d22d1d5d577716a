// The simulator over real HTTP, on loopback only.
import { type Context, Effect, type Scope } from "effect"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { Readable } from "node:stream"
import { SimulatorError } from "../SimulatorError.ts"
import type { SimulatorReply, SimulatorRequest } from "./exchange.ts"

const host = "127.0.0.1"

/** No Slack call needs more; whoever sends more is not a client of ours. */
const largestRequest = 4 * 1024 * 1024

const readBody = (incoming: IncomingMessage, done: (body: string | undefined) => void): void => {
  const chunks: Array<Buffer> = []
  let size = 0
  incoming.on("data", (chunk: Buffer) => {
    size += chunk.length
    if (size <= largestRequest) chunks.push(chunk)
  })
  incoming.on("end", () => {
    done(size <= largestRequest ? Buffer.concat(chunks).toString("utf8") : undefined)
  })
}

const send = (reply: SimulatorReply, outgoing: ServerResponse): void => {
  const { status, headers, body, cutAfter } = reply
  if (typeof body !== "string") {
    outgoing.writeHead(status, { ...headers })
    Readable.from(body).pipe(outgoing)
    return
  }
  const bytes = Buffer.from(body)
  if (cutAfter === 0) {
    outgoing.destroy()
    return
  }
  outgoing.writeHead(status, { ...headers, ...(status === 204 ? {} : { "content-length": bytes.length }) })
  if (cutAfter === undefined) {
    outgoing.end(bytes)
    return
  }
  // The length was announced, and the client waits for the rest: it sees a broken connection, not a short body.
  outgoing.write(bytes.subarray(0, Math.floor(bytes.length * cutAfter)), () => {
    outgoing.destroy()
  })
}

const cannotListen = (port: number, cause: Error) =>
  new SimulatorError({
    reason: "CannotListen",
    message: `The simulator cannot listen on ${host}:${port}: ${cause.message}.`,
    hint: "Choose another port, or 0 for a free one.",
    cause,
  })

const open = (server: Server, port: number): Effect.Effect<number, SimulatorError> =>
  Effect.callback((resume) => {
    server.once("error", (cause) => {
      resume(Effect.fail(cannotListen(port, cause)))
    })
    server.listen(port, host, () => {
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : port))
    })
  })

const close = (server: Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => {
      resume(Effect.void)
    })
    server.closeAllConnections()
  })

/** Serves the core on a port of 127.0.0.1 (0: a free one) until the scope ends. Gives the port. */
export const listen = (
  handle: (request: SimulatorRequest) => Effect.Effect<SimulatorReply>,
  port: number,
  context: Context.Context<never>,
): Effect.Effect<number, SimulatorError, Scope.Scope> => {
  const run = Effect.runForkWith(context)
  const server = createServer((incoming, outgoing) => {
    readBody(incoming, (body) => {
      if (body === undefined) {
        send({ status: 413, headers: {}, body: "" }, outgoing)
        return
      }
      const headers: Record<string, string | undefined> = {}
      for (const [name, value] of Object.entries(incoming.headers)) {
        headers[name] = Array.isArray(value) ? value.join(", ") : value
      }
      const request = { method: incoming.method ?? "GET", target: incoming.url ?? "/", headers, body }
      const fiber = run(
        handle(request).pipe(
          Effect.catchDefect((defect) =>
            Effect.succeed({ status: 500, headers: {}, body: `The simulator: ${String(defect)}` }),
          ),
          Effect.map((reply) => {
            send(reply, outgoing)
          }),
        ),
      )
      outgoing.on("close", () => {
        fiber.interruptUnsafe()
      })
    })
  })
  // Node's five seconds would close idle connections under a client that is waiting for a rate limit.
  server.keepAliveTimeout = 75_000
  return Effect.acquireRelease(open(server, port), () => close(server))
}
