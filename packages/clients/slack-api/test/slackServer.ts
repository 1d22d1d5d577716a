// A server that answers as a test scripts it, one reply a request; the last reply repeats.
import { Resilience, type RetryPolicy } from "@rollcall/resilience"
import { Duration, Effect, Layer, Redacted, Schema, type Scope } from "effect"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { SlackToken, SlackWebApi, type SlackWebApiOptions } from "../src/index.ts"

export interface ScriptedReply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** JSON unless it is a text. */
  readonly body?: unknown
  /** Cuts the connection after the first half of the body. */
  readonly cut?: true
  /** No answer ever comes. */
  readonly never?: true
}

export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage["headers"]
  readonly form: Readonly<Record<string, string>>
}

export interface SlackServer {
  readonly baseUrl: string
  readonly requests: ReadonlyArray<SeenRequest>
  /** Connections that the client closed before it was answered. */
  readonly abandoned: () => number
}

const textOf = (body: unknown) => (typeof body === "string" ? body : JSON.stringify(body ?? { ok: true }))

const answer = (response: ServerResponse, reply: ScriptedReply) => {
  if (reply.never === true) return
  const text = textOf(reply.body)
  response.writeHead(reply.status ?? 200, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...reply.headers,
  })
  if (reply.cut === true) response.write(text.slice(0, text.length / 2), () => response.destroy())
  else response.end(text)
}

const bodyOf = async (request: IncomingMessage) => {
  let text = ""
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk)
  return text
}

const listening = (server: Server) =>
  Effect.callback<number>((resume) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

/** Starts the server; it ends with the scope. */
export const slackServer = (...replies: ReadonlyArray<ScriptedReply>): Effect.Effect<SlackServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const requests: Array<SeenRequest> = []
    let abandoned = 0
    const server = createServer((request, response) => {
      response.on("close", () => {
        if (!response.writableEnded) abandoned += 1
      })
      const respond = async () => {
        const form = Object.fromEntries(new URLSearchParams(await bodyOf(request)))
        const reply = replies[Math.min(requests.length, replies.length - 1)] ?? {}
        requests.push({
          method: request.method ?? "",
          url: request.url ?? "",
          headers: request.headers,
          form,
        })
        answer(response, reply)
      }
      void respond()
    })
    const port = yield* Effect.acquireRelease(listening(server), () =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      }),
    )
    return { baseUrl: `http://127.0.0.1:${port}/api/`, requests, abandoned: () => abandoned }
  })

export const testToken = "xoxb-123456789012-secretsecret"

/** Retries in full number, hardly any waiting. */
export const quickRetries: RetryPolicy = {
  throttled: { retries: 8, waitMillis: 600_000 },
  transient: { retries: 4, waitMillis: 60_000 },
  backoff: { firstMillis: 1, factor: 1, ceilingMillis: 1, jitter: 0 },
}

export const noRetries: RetryPolicy = {
  ...quickRetries,
  throttled: { retries: 0, waitMillis: 0 },
  transient: { retries: 0, waitMillis: 0 },
}

/** A client without budgets and with quick retries, unless told otherwise. */
export const clientLayer = (options: SlackWebApiOptions, token = testToken) =>
  SlackWebApi.layer({
    speed: Number.POSITIVE_INFINITY,
    retry: quickRetries,
    timeout: Duration.seconds(20),
    ...options,
  }).pipe(Layer.provideMerge(Layer.mergeAll(SlackToken.layer(Redacted.make(token)), Resilience.layer)))

/** The smallest call, `api.test`. */
export const callApiTest = SlackWebApi.use((api) => api.call("api.test", {}, Schema.Unknown))
