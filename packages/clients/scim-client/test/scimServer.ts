// A server that answers as a test scripts it, one reply a request; the last reply repeats.
import { Resilience, type RetryPolicy } from "@rollcall/resilience"
import { Duration, Effect, Layer, Redacted, type Scope } from "effect"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { ScimClient, type ScimClientOptions, ScimToken, slackDialect } from "../src/index.ts"

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
  readonly line: string
  readonly headers: IncomingMessage["headers"]
  readonly body: unknown
}

export interface ScimServer {
  readonly baseUrl: string
  readonly requests: ReadonlyArray<SeenRequest>
}

const textOf = (body: unknown) => (typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body))

const answer = (response: ServerResponse, reply: ScriptedReply) => {
  if (reply.never === true) return
  const text = textOf(reply.body)
  response.writeHead(reply.status ?? 200, {
    "content-type": "application/json; charset=utf-8",
    ...(reply.status === 204 ? {} : { "content-length": Buffer.byteLength(text) }),
    ...reply.headers,
  })
  if (reply.cut === true) response.write(text.slice(0, text.length / 2), () => response.destroy())
  else response.end(text)
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  let text = ""
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk)
  return text === "" ? undefined : JSON.parse(text)
}

const listening = (server: Server) =>
  Effect.callback<number>((resume) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

/** How a server answers: replies in the order of the requests, or one computed from each. */
export type Script = ReadonlyArray<ScriptedReply> | ((request: SeenRequest, index: number) => ScriptedReply)

/** Starts the server; it ends with the scope. */
export const scimServer = (script: Script): Effect.Effect<ScimServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const requests: Array<SeenRequest> = []
    const server = createServer((request, response) => {
      const respond = async () => {
        const body = await bodyOf(request)
        const seen = { line: `${request.method} ${request.url}`, headers: request.headers, body }
        const index = requests.length
        requests.push(seen)
        const reply = typeof script === "function" ? script(seen, index) : script[Math.min(index, script.length - 1)]
        answer(response, reply ?? {})
      }
      void respond()
    })
    const port = yield* Effect.acquireRelease(listening(server), () =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      }),
    )
    return { baseUrl: `http://127.0.0.1:${port}/scim/`, requests }
  })

export const testToken = "xoxp-123456789012-secretsecret"

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

/** A client of Slack without budgets and with quick retries, unless told otherwise. */
export const clientLayer = (options: Partial<ScimClientOptions> & { readonly baseUrl: string }, token = testToken) =>
  ScimClient.layer({
    version: "v2",
    dialect: slackDialect,
    speed: Number.POSITIVE_INFINITY,
    retry: quickRetries,
    timeout: Duration.seconds(20),
    ...options,
  }).pipe(Layer.provideMerge(Layer.mergeAll(ScimToken.layer(Redacted.make(token)), Resilience.layer)))
