// Servers that fail as S3 and the way to it do: scripted answers, and a way that is cut.
import { once } from "node:events"
import type { IncomingMessage, ServerResponse } from "node:http"
import { createServer } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { Socket } from "node:net"
import { connect, createServer as createTcpServer } from "node:net"
import { Effect } from "effect"

/** An answer: a status with S3's code, or something else that is done with the request. */
export type Answer =
  | readonly [status: number, code?: string]
  | ((request: IncomingMessage, response: ServerResponse) => void)

/** S3's answer with a code; its messages repeat keys, so this one does too. */
export const give = (response: ServerResponse, [status, code]: readonly [status: number, code?: string]): void => {
  response.writeHead(status, { "content-type": "application/xml", connection: "close" })
  response.end(
    code === undefined
      ? undefined
      : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>About AKIASECRET: a-secret-of-the-tests</Message></Error>`,
  )
}

const listening = async (server: ReturnType<typeof createTcpServer>): Promise<string> => {
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  return typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : ""
}

/** A server that gives these answers in turn, the last to all further requests; and what it was asked for. It speaks TLS if it has a key. */
export const scripted = Effect.fnUntraced(function* (
  tls: { readonly cert: string; readonly key: string } | undefined,
  ...answers: ReadonlyArray<Answer>
) {
  const asked: Array<IncomingMessage> = []
  const answering = (request: IncomingMessage, response: ServerResponse) => {
    const answer = answers[Math.min(asked.push(request), answers.length) - 1]
    // The answer may come before the body has.
    if (typeof answer === "function") return answer(request, response)
    request.resume()
    request.once("end", () => give(response, answer ?? [500]))
  }
  const server = tls === undefined ? createServer(answering) : createTlsServer(tls, answering)
  const endpoint = yield* Effect.acquireRelease(
    Effect.promise(() => listening(server)),
    () =>
      Effect.promise(async () => {
        server.closeAllConnections()
        server.close()
        await once(server, "close")
      }),
  )
  return { endpoint: tls === undefined ? endpoint : endpoint.replace("http:", "https:"), asked }
})

/** A way to a server on which somebody sees how many bytes have gone up on a connection, and can cut it. */
export const way = Effect.fnUntraced(function* (target: string, see: (bytes: number, cut: () => void) => void) {
  const sockets = new Set<Socket>()
  const server = createTcpServer((client) => {
    const upstream = connect(Number(new URL(target).port), "127.0.0.1")
    const cut = () => {
      client.resetAndDestroy()
      upstream.destroy()
    }
    let bytes = 0
    client.on("data", (data) => see((bytes += data.length), cut))
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on("error", () => undefined)
    }
    client.pipe(upstream).pipe(client)
    client.once("close", () => upstream.destroy())
    upstream.once("close", () => client.destroy())
  })
  return yield* Effect.acquireRelease(
    Effect.promise(() => listening(server)),
    () =>
      Effect.promise(async () => {
        for (const socket of sockets) socket.destroy()
        server.close()
        await once(server, "close")
      }),
  )
})
