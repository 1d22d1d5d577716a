// A server on this machine that a test scripts: one reply a request.
import { Effect, type Scope } from "effect"
import { createServer, type IncomingHttpHeaders } from "node:http"

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface JsonReply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** JSON unless it is a text; none for 204. */
  readonly body?: unknown
}

/** Starts the server; it ends with the scope. */
export const jsonServer = (
  answer: (request: SeenRequest, index: number, baseUrl: string) => JsonReply,
): Effect.Effect<{ readonly baseUrl: string; readonly requests: ReadonlyArray<SeenRequest> }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const requests: Array<SeenRequest> = []
    let baseUrl = ""
    const server = createServer((request, response) => {
      const respond = async () => {
        let body = ""
        for await (const chunk of request.setEncoding("utf8")) body += String(chunk)
        const { method = "", url = "", headers } = request
        const seen = { method, path: url.replace("/api/v1", ""), headers, body }
        requests.push(seen)
        const reply = answer(seen, requests.length - 1, baseUrl)
        response.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers })
        const { body: text = "" } = reply
        response.end(typeof text === "string" ? text : JSON.stringify(text))
      }
      void respond()
    })
    const port = yield* Effect.acquireRelease(
      Effect.callback<number>((resume) => {
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
        })
      }),
      () =>
        Effect.sync(() => {
          server.closeAllConnections()
          server.close()
        }),
    )
    baseUrl = `http://127.0.0.1:${port}/api/v1`
    return { baseUrl, requests }
  })
